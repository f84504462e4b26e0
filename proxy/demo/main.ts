// `npm start`: the gate with everything around it on this machine. Prints what to try, and then each decision as it is made.
import { ConfigError } from '../config/reader.ts';
import { DEMO_SECRET } from './issuer.ts';
import { bold, cyan, dim, followLog, green, showEvent } from './show.ts';
import { type DemoWorld, startDemoWorld } from './world.ts';

const port = Number(process.env.PORT ?? 8080);
const adminPort = Number(process.env.ADMIN_PORT ?? port + 1);

try {
  const world = await startDemoWorld(port, adminPort, (text, level) => {
    if (level === 'warn' || level === 'error') console.error(dim(text));
  });
  process.stdout.write(instructions(world));
  const unfollow = followLog(world.logFile, (event) => console.log(showEvent(event)));
  const stop = (): void => {
    unfollow();
    void world.close().then(() => process.exit(0));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
} catch (error) {
  const code = (error as NodeJS.ErrnoException).code;
  const text =
    code === 'EADDRINUSE'
      ? `Port ${port} or ${adminPort} is taken; choose others with PORT=9080 ADMIN_PORT=9081 npm start`
      : String(error);
  console.error(error instanceof ConfigError ? error.message : text);
  process.exit(1);
}

function instructions({ url, adminUrl, issuer, logFile }: DemoWorld): string {
  const call = (id: number, method: string, params?: unknown): string =>
    `curl -s ${url} -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\\n` +
    `  -H 'accept: application/json, text/event-stream' -d '${JSON.stringify({ jsonrpc: '2.0', id, method, params })}'`;
  const token = (user: string): string =>
    `$(curl -s ${issuer}/token -d grant_type=client_credentials -d client_id=${user} -d client_secret=${DEMO_SECRET} \\\n` +
    `  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`;
  const step = (text: string): string => green(`# ${text}`);
  return `${bold('Regate is listening')} at ${cyan(url)}, with the policies in ${cyan('policies/')}.
Administration is at ${cyan(adminUrl)}, the decision log in ${cyan(logFile)}.
Paste these lines into another terminal, or see them all at once with ${cyan('npm run demo:tour')}.

${step('ada is of support, grace of finance; tokens live for an hour')}
TOKEN=${token('ada')}

${step('no token: 401, and where to get one')}
curl -si ${url} -d '{}'

${step('what the server offers, as far as the policy lets the caller use it')}
${call(1, 'tools/list')}

${step("a customer: the card's number is masked for ada, not for grace")}
${call(2, 'tools/call', { name: 'get_customer', arguments: { id: 7 } })}

${step('a large refund of grace waits until lin, who leads, approves it')}
LEAD=${token('lin')}
(TOKEN=${token('grace')}
${call(3, 'tools/call', { name: 'refund', arguments: { id: 7, amount: 900 } })}) & sleep 2
ID=$(curl -s ${adminUrl}/v1/approvals?state=pending -H "authorization: Bearer $LEAD" | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')
curl -s -X POST ${adminUrl}/v1/approvals/$ID/approve -H "authorization: Bearer $LEAD" >/dev/null; wait

${step('a refund: denied for ada; for grace it passes, without the note')}
${call(4, 'tools/call', { name: 'refund', arguments: { id: 7, amount: 20, internal_note: 'angry caller' } })}

${dim('Decisions:')}
`;
}
