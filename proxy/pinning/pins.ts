// Tools stay what they were when they were seen first: a server that changes a tool's description or schema under its users' feet is
// reported and, where the connection says so, the tool is gone until someone has accepted what it is now.
import { StoreUnavailable, ToolChanged } from '../errors.ts';
import type { ConnectionConfig } from '../config/connections.ts';
import { isObject, type Json } from '../request/strict-json.ts';
import type { Store } from '../store/store.ts';
import { addPins, CHANNEL, notePending, type Pin, readPins } from './pin-table.ts';
import { readTool } from './tool-digest.ts';
import type { Report } from '../operate/logger.ts';

/** Notifications can be lost: no longer than this is another gate's change not seen. */
const FRESH_MS = 30_000;

interface Known {
  readonly pins: ReadonlyMap<string, Pin>;
  readonly until: number;
}

/** Compares tools in answers with what they were, filters those that changed, and refuses calls of them. */
export class ToolPins {
  readonly #store: Store;
  readonly #report: Report;
  readonly #known = new Map<string, Known>();
  readonly #stop: readonly (() => void)[];
  #changes = 0;

  constructor(store: Store, report: Report) {
    this.#store = store;
    this.#report = report;
    this.#stop = [
      store.subscribe(CHANNEL, (connection) => this.#known.delete(connection)),
      store.onGap(() => this.#known.clear()),
    ];
  }

  /** Changes that were noticed here, for metrics. */
  get changes(): number {
    return this.#changes;
  }

  /**
   * Looks at the tools of a `tools/list` result as the upstream gave it, pins those that are new and, where changed tools are hidden,
   * takes these out of it. Throws StoreUnavailable where they are to be hidden and it is not known which.
   */
  async check(connection: ConnectionConfig, result: Json): Promise<void> {
    if (connection.pinning === 'off' || !isObject(result) || !Array.isArray(result.tools)) return;
    const hides = connection.pinning === 'hide';
    try {
      const changed = await this.#look(connection.name, result.tools);
      if (hides) result.tools = result.tools.filter((item) => !changed.has(readTool(item)?.name ?? ''));
    } catch (error) {
      if (hides || !(error instanceof StoreUnavailable)) throw error;
      this.#report(`${connection.name}: tools cannot be compared with what they were: ${error.detail}`, 'warn');
    }
  }

  /** Throws ToolChanged for a call of a tool that is hidden, StoreUnavailable when that is not known. */
  async refuseChanged(connection: ConnectionConfig, tool: string): Promise<void> {
    if (connection.pinning !== 'hide') return;
    const pin = (await this.#pinsOf(connection.name)).get(tool);
    if (pin?.pending_digest != null) throw new ToolChanged();
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  /** The names of tools that are not what they were. */
  async #look(connection: string, items: readonly Json[]): Promise<ReadonlySet<string>> {
    const tools = items.flatMap((item) => readTool(item) ?? []);
    let pins = await this.#pinsOf(connection);
    const fresh = tools.filter(({ name }) => !pins.has(name));
    if (fresh.length > 0) {
      await addPins(this.#store, connection, fresh);
      this.#known.delete(connection);
      pins = await this.#pinsOf(connection);
    }
    const changed = new Set<string>();
    for (const tool of tools) {
      const pin = pins.get(tool.name);
      const isSame = pin?.digest === tool.digest;
      // Twice in one list, as two different tools: neither is to be trusted.
      if (!isSame) changed.add(tool.name);
      if (pin === undefined || pin.pending_digest === (isSame ? null : tool.digest)) continue;
      const isNews = await notePending(this.#store, connection, tool);
      this.#known.delete(connection);
      if (!isNews) continue;
      this.#changes++;
      this.#report(
        isSame
          ? `${connection}: the tool ${JSON.stringify(tool.name)} is what it was again`
          : `${connection}: the tool ${JSON.stringify(tool.name)} has changed (${pin.digest.slice(0, 12)} -> ${tool.digest.slice(0, 12)}); see regate tools list`,
        isSame ? 'info' : 'warn',
      );
    }
    return changed;
  }

  async #pinsOf(connection: string): Promise<ReadonlyMap<string, Pin>> {
    const known = this.#known.get(connection);
    if (known !== undefined && known.until > Date.now()) return known.pins;
    const pins = new Map((await readPins(this.#store, connection)).map((pin) => [pin.name, pin]));
    this.#known.set(connection, { pins, until: Date.now() + FRESH_MS });
    return pins;
  }
}
