// `graph.reachable` and `graph.reachable_paths`. A graph is an object from vertices to their neighbours, in an array or a set.
import { ArrayValue, arrayItem, arrayOf, array_append, array_new } from '../array';
import { valueEqual } from '../compare';
import { enter, leave } from '../memory';
import { scan_length, scan_value } from '../access';
import { TableValue, objectGet, setHas, set_add, set_new } from '../table';
import { KIND_ARRAY, KIND_SET, Value, kindOf } from '../value';
import { failOperandKind, objectOperand } from './operand';

/** The vertices that can be reached from `initial`; those that are no keys of the graph do not count. */
export function builtin_graph_reachable(graph: Value, initial: Value): Value | null {
  const edges = objectOperand(graph, 1);
  if (edges === null || !verticesOperand(initial)) return null;
  const reached = set_new(0);
  const queue = array_new(0);
  appendVertices(queue, initial, reached);
  for (let i: u32 = 0; i < queue.count; i++) {
    const vertex = arrayItem(queue, i);
    if (setHas(reached, vertex)) continue;
    const neighbours = objectGet(edges, vertex);
    if (neighbours === null) continue;
    set_add(reached, vertex);
    appendVertices(queue, neighbours, reached);
  }
  return reached;
}

/** Appends the vertices not reached so far; what is no array or set has none. */
function appendVertices(queue: ArrayValue, vertices: Value, reached: TableValue): void {
  if (!isVertices(vertices)) return;
  const count = scan_length(vertices);
  for (let i = 0; i < count; i++) {
    const vertex = scan_value(vertices, i);
    if (!setHas(reached, vertex)) array_append(queue, vertex);
  }
}

function isVertices(value: Value): bool {
  return kindOf(value) == KIND_ARRAY || kindOf(value) == KIND_SET;
}

function verticesOperand(value: Value): bool {
  if (isVertices(value)) return true;
  failOperandKind(2, 'must be {array, set} but got ', value);
  return false;
}

/** The ways from `initial`, each up to a vertex without neighbours, before one that is no key of the graph, or where it would close a circle. */
export function builtin_graph_reachable_paths(graph: Value, initial: Value): Value | null {
  const edges = objectOperand(graph, 1);
  if (edges === null || !verticesOperand(initial)) return null;
  const paths = set_new(0);
  const count = scan_length(initial);
  for (let i = 0; i < count; i++) {
    const vertex = scan_value(initial, i);
    const neighbours = objectGet(edges, vertex);
    if (neighbours === null) continue;
    const path = array_new(8);
    array_append(path, vertex);
    const next = isVertices(neighbours) ? scan_length(neighbours) : 0;
    if (next == 0) set_add(paths, arrayOf(path.items, 1));
    // As in OPA the start itself is not looked for among its own neighbours: a path may come back to it once.
    for (let k = 0; k < next; k++) follow(edges, scan_value(neighbours, k), path, paths);
  }
  return paths;
}

/** Adds all ways that go on from `path` to `vertex`; leaves `path` as it was. */
function follow(edges: TableValue, vertex: Value, path: ArrayValue, paths: TableValue): void {
  const neighbours = objectGet(edges, vertex);
  if (neighbours === null) {
    set_add(paths, arrayOf(path.items, path.count));
    return;
  }
  enter();
  array_append(path, vertex);
  const count = isVertices(neighbours) ? scan_length(neighbours) : 0;
  if (count == 0) set_add(paths, arrayOf(path.items, path.count));
  for (let i = 0; i < count; i++) {
    const neighbour = scan_value(neighbours, i);
    if (isOnPath(path, neighbour)) set_add(paths, arrayOf(path.items, path.count));
    else follow(edges, neighbour, path, paths);
  }
  path.count--;
  leave();
}

function isOnPath(path: ArrayValue, vertex: Value): bool {
  for (let i: u32 = 0; i < path.count; i++) if (valueEqual(arrayItem(path, i), vertex)) return true;
  return false;
}
