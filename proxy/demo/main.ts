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
  const step = (text: string): string => green(`# ${text}`);
  const ask = (user: string, id: number, method: string, params?: unknown): string =>
    `mcp $${user} '${JSON.stringify({ jsonrpc: '2.0', id, method, params })}'`;
  const callTool = (user: string, id: number, name: string, args: unknown): string =>
    ask(user, id, 'tools/call', { name, arguments: args });
  return `${bold('Regate is listening')} at ${cyan(url)}, with the policies in ${cyan('policies/')}.
Administration is at ${cyan(adminUrl)}, the decision log in ${cyan(logFile)}.
Paste these lines into another terminal, or see them all at once with ${cyan('npm run demo:tour')}.

${step('ada is of support, grace of finance, lin leads them; tokens live for an hour')}
token() { curl -s ${issuer}/token -d grant_type=client_credentials -d client_id=$1 -d client_secret=${DEMO_SECRET} \\
  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'; }
mcp() { curl -sw '\\n' ${url} -H "authorization: Bearer $1" -H 'content-type: application/json' \\
  -H 'accept: application/json, text/event-stream' -d "$2"; }
ADA=$(token ada) GRACE=$(token grace) LIN=$(token lin)

${step('no token: 401, and where to get one')}
curl -siw '\\n' ${url} -d '{}'

${step('what the server offers, as far as the policy lets the caller use it')}
${ask('ADA', 1, 'tools/list')}
${ask('GRACE', 2, 'tools/list')}

${step("a customer: the card's number is masked for ada, not for grace")}
${callTool('ADA', 3, 'get_customer', { id: 7 })}
${callTool('GRACE', 4, 'get_customer', { id: 7 })}

${step('a refund: denied for ada; for grace it passes, and the note stays here')}
${callTool('ADA', 5, 'refund', { id: 7, amount: 20, internal_note: 'angry caller' })}
${callTool('GRACE', 6, 'refund', { id: 7, amount: 20, internal_note: 'angry caller' })}

${step('a large refund waits until lin approves it')}
${callTool('GRACE', 7, 'refund', { id: 7, amount: 900 })} &
sleep 2; ID=$(curl -s ${adminUrl}/v1/approvals?state=pending -H "authorization: Bearer $LIN" | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')
curl -so /dev/null -X POST ${adminUrl}/v1/approvals/$ID/approve -H "authorization: Bearer $LIN"; wait

${dim('Decisions:')}
`;
}
