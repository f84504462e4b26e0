// What can go wrong in a gate, what stands in its way here, and the tests that say so. `without` takes a defence away: its test has to fail then, which
// `npm run defences` shows. docs/security.md is written from this.

export interface Defence {
  /** What somebody could try, or what could happen. */
  readonly threat: string;
  /** What prevents it. */
  readonly defence: string;
  /** A file of tests, and words of a test's full name in it. */
  readonly test: readonly [file: string, name: string];
  /** An edit that takes the defence away; undefined where it lies in the structure, or in several layers. */
  readonly without?: readonly [file: string, from: string, to: string];
}

export interface Group {
  readonly title: string;
  readonly defences: readonly Defence[];
}

const line = 'proxy/line.test.ts';
const revisions = 'proxy/revisions.test.ts';
const authentication = 'proxy/authentication.test.ts';
const passThrough = 'proxy/pass-through.test.ts';

export const TABLE: readonly Group[] = [
  {
    title: 'Who calls',
    defences: [
      {
        threat: 'no token, garbage, `alg: none`, a forged or changed token',
        defence:
          'signatures by the issuer’s keys, algorithms from an allow-list, before anything else of the request is read',
        test: [authentication, 'tokens that are refused a changed payload'],
        without: [
          'proxy/identity/verify-token.ts',
          'const result = await jwtVerify(token, keyOf, options);',
          "const result = { payload: JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()), protectedHeader: { typ: 'at+jwt' } } as unknown as JWTVerifyResult;",
        ],
      },
      {
        threat: 'a token that the same issuer made for another application',
        defence: 'the audience has to be this gate’s',
        test: [authentication, 'tokens that are refused another audience'],
        without: ['proxy/identity/verify-token.ts', '    audience: [...config.audience],\n', ''],
      },
      {
        threat: 'a flood of tokens that are no good, of which each costs a check of its signature',
        defence: 'an address that has sent too many is not listened to for a while (`rateLimit.address`)',
        test: ['proxy/operate.test.ts', 'rate limits an address that comes without good tokens'],
        without: ['proxy/line.ts', '  gate.limiter.admitAddress(exchange, config.rateLimit.address);\n', ''],
      },
      {
        threat: 'a token that lacks the scope a connection asks for',
        defence: 'scopes are compared on every request; the challenge names all that are needed',
        test: [authentication, 'a missing scope is asked for'],
        without: [
          'proxy/identity/authenticate.ts',
          'if (!required.scopes.every(',
          'if (false && !required.scopes.every(',
        ],
      },
      {
        threat: 'a token that has been revoked, and streams that are open with it',
        defence: 'the deny list is asked on every request and cuts what is open',
        test: ['proxy/revocation.test.ts', 'refused from the next request on a token, and no other of its owner'],
        without: [
          'proxy/identity/authenticate.ts',
          'if (revocation !== undefined) throw new TokenRevoked(revocation.id);',
          '',
        ],
      },
      {
        threat: 'a token that its issuer withdraws while a stream is open with it',
        defence: 'the issuer is asked again and again; a no, or no answer, cuts what is open',
        test: ['proxy/introspection.test.ts', 'its opaque token is asked about again'],
        without: ['proxy/identity/identify.ts', '  gate.rechecks.watch(exchange, issuersWord);\n', ''],
      },
      {
        threat: 'a stolen token that is bound to a key',
        defence: 'proofs of possession are checked, and good once',
        test: ['proxy/dpop.test.ts', 'a bound token is not accepted as a bearer token'],
      },
      {
        threat: 'identity headers from outside (`X-Forwarded-User`, names with `_` that are read as `-`)',
        defence: 'headers cross by allow-lists; what is not on them does not exist',
        test: [line, 'its own credential, never the token, no identity from outside'],
        without: ['proxy/request/headers.ts', '    if (!isForwardable(name, extra)) continue;\n', ''],
      },
      {
        threat: 'somebody else’s MCP session, or a refreshed token that looks like one',
        defence: 'session ids are sealed for issuer and subject, not for the token’s bytes',
        test: [line, 'sessions belong to the caller they were given to'],
        without: [
          'proxy/mcp/seal.ts',
          'JSON.stringify([kind, text, connection, issuer, subject])',
          'JSON.stringify([kind, text, connection])',
        ],
      },
      {
        threat: 'the stream of somebody else’s call, by a guessed event id',
        defence: 'ids of events are sealed for the caller, with the masks of the call',
        test: [line, 'streams are resumed by their caller, with the masks of the call'],
        without: [
          'proxy/mcp/event-id.ts',
          "if (text === undefined) throw new MalformedRequest('Last-Event-ID is none of your streams.');",
          'if (text === undefined) return { id: sealed, call: undefined };',
        ],
      },
      {
        threat: 'a page in a browser that reaches the gate by DNS rebinding',
        defence: 'Host has to be the gate’s; Origin has to be allowed',
        test: [revisions, 'a request for the host evil.example: 421'],
        without: ['proxy/request/route.ts', '  if (!isOurHost(host, hosts)) throw new ForbiddenHost();\n', ''],
      },
      {
        threat: 'a page of another origin',
        defence: 'its requests are refused, WebSockets included',
        test: [line, 'bodies an origin that is not allowed'],
        without: [
          'proxy/request/route.ts',
          'if (isForeign && !allowOrigin(request, exchange.response, allowedOrigins, found.forwardResponseHeaders))',
          'if (isForeign && allowOrigin(request, exchange.response, ["*"]))',
        ],
      },
      {
        threat: 'somebody who comes past the ingress in front',
        defence: 'with `clientCa`, connections without a certificate of that authority end before anything is read',
        test: ['proxy/tls.test.ts', 'clients without a certificate of the given authority get nothing'],
        without: ['proxy/server.ts', 'rejectUnauthorized: hasClients', 'rejectUnauthorized: false'],
      },
      {
        threat: 'administration, metrics or health reached where traffic comes in',
        defence: 'they have a listener of their own',
        test: ['proxy/admin.test.ts', 'nothing of it can be reached where traffic comes in'],
      },
    ],
  },
  {
    title: 'What is judged is what is done',
    defences: [
      {
        threat: 'a key twice in JSON: one is judged, the other is called',
        defence: 'refused; and what goes upstream is written anew from what was judged',
        test: [line, 'bodies a duplicate key'],
        without: [
          'proxy/request/strict-json.ts',
          'if (folded in object || others.has(folded))',
          'if (others.has(folded) && false)',
        ],
      },
      {
        threat: 'keys in two cases (`name`, `Name`), of which a lenient upstream takes the other',
        defence: 'refused, by the most lenient reader’s notion of the same key',
        test: [line, 'bodies keys that differ in case'],
        without: [
          'proxy/request/strict-json.ts',
          'const folded = foldKey(key);\n        if (folded in object',
          'const folded = key;\n        if (folded in object',
        ],
      },
      {
        threat: 'a batch, of which one message is judged',
        defence: 'arrays are refused in every revision',
        test: [revisions, 'a batch is refused in every revision'],
      },
      {
        threat: 'headers that say something else than the body (`Mcp-Method`, `Mcp-Name`)',
        defence: 'the body decides, and headers have to agree with it: -32020',
        test: [revisions, 'have to agree with the body, to the letter'],
        without: ['proxy/mcp/message.ts', '  checkHeaders(message, params, headers);\n', ''],
      },
      {
        threat: 'headers that the stateless protocol demands and a client leaves out',
        defence: 'refused here, so that no upstream has to be relied on',
        test: [revisions, 'headers of the stateless protocol have to be there'],
        without: [
          'proxy/mcp/message.ts',
          'const isRequired = isModern(message.protocolVersion);',
          'const isRequired = false;',
        ],
      },
      {
        threat: 'a later revision of MCP, whose messages mean something else',
        defence: 'unknown versions are refused: -32022',
        test: [revisions, 'an unknown version is refused, and the known one said'],
        without: [
          'proxy/mcp/message.ts',
          'if (version !== null && !KNOWN_VERSIONS.includes(version)) throw new UnsupportedVersion(version);',
          '',
        ],
      },
      {
        threat: 'arguments, path or query of a call that reach another address of the upstream',
        defence: 'an MCP upstream has one address, which nothing of the request is part of',
        test: [line, 'at its own address, which no caller has a part in'],
        without: ['proxy/upstream/forward.ts', "if (kind === 'mcp') return upstream.pathname;", ''],
      },
      {
        threat: 'paths that are read differently behind the gate (`..`, `%2e`, `//`, `;`)',
        defence: 'refused before a connection is looked for',
        test: [line, 'refuse the path /api/a%2Fb'],
        without: ['proxy/request/route.ts', ' || ENCODED_DELIMITER.test(path)', ''],
      },
      {
        threat: 'a header twice, of which two readers take different ones',
        defence: 'refused where it decides what a request means',
        test: [line, 'bodies two tokens'],
        without: ['proxy/request/route.ts', '  rejectRepeatedHeaders(request);\n', ''],
      },
      {
        threat: 'a body in a coding that somebody guesses (`Transfer-Encoding: gzip, chunked`)',
        defence: 'chunks are all that is known',
        test: ['proxy/raw-requests.test.ts', 'a coding besides chunks'],
        without: [
          'proxy/request/route.ts',
          "coding !== undefined && coding.toLowerCase() !== 'chunked'",
          'coding === ""',
        ],
      },
      {
        threat: 'a request behind one that is refused unread, on the same connection',
        defence: 'after a last answer nothing that comes is acted on',
        test: ['proxy/raw-requests.test.ts', 'what follows a refusal that is the last answer is not done'],
        without: ['proxy/listen.ts', '    if (isOver(request.socket)) return;\n', ''],
      },
      {
        threat: 'a body over the limit that is judged without its contents',
        defence: 'refused, as is what does not arrive in time',
        test: [line, 'bodies too large with no length told, in pieces that come later'],
        without: [
          'proxy/request/read-body.ts',
          'if (size > limits.bodyBytes) finish(new BodyTooLarge());',
          'if (false) finish(new BodyTooLarge());',
        ],
      },
      {
        threat: 'the same, where the body has come along with its head',
        defence: 'counted all the same',
        test: [line, 'bodies too large with no length told, at once'],
        without: ['proxy/request/read-body.ts', 'if (bytes.length > limits.bodyBytes) throw new BodyTooLarge();', ''],
      },
      {
        threat: 'a body that does not parse, is encoded, or is of another type',
        defence: 'refused before the policy is asked',
        test: [line, 'bodies another type'],
        without: [
          'proxy/request/read-body.ts',
          "if (!isJsonType(headers['content-type'])) throw new UnsupportedBody('The body has to be JSON in UTF-8.');",
          '',
        ],
      },
    ],
  },
  {
    title: 'Decisions',
    defences: [
      {
        threat: 'a policy that says nothing',
        defence: 'an undefined decision denies',
        test: [line, 'an undefined decision denies'],
        without: [
          'proxy/decision/decision.ts',
          "if (result === undefined) throw new MalformedDecision('the decision is undefined');",
          'if (result === undefined) result = Buffer.from(\'{"action":"allow"}\');',
        ],
      },
      {
        threat: 'a misspelt key in a decision, which would be a mask that is not applied',
        defence: 'a decision is checked to the last key',
        test: [line, 'decisions an unknown key'],
        without: ['proxy/decision/decision.ts', "  rejectUnknown(json, KEYS, 'the decision');\n", ''],
      },
      {
        threat: 'a deny rule that fails, and so does not deny',
        defence: 'built-ins that fail end the evaluation, and that denies',
        test: [line, 'decisions a built-in that fails'],
        without: ['proxy/decision/policy.ts', 'strictBuiltinErrors: true', 'strictBuiltinErrors: false'],
      },
      {
        threat: 'an input that a policy takes for ever with, while nobody else is served',
        defence: 'evaluations are ended after `limits.policyTimeoutMs`, and that denies',
        test: [line, 'decisions an evaluation that takes too long is ended'],
        without: [
          'bundles/activator.ts',
          'maxMemoryPages, timeLimitMs, httpHosts, env, runtime };',
          'maxMemoryPages, httpHosts, env, runtime };',
        ],
      },
      {
        threat: 'a log that cannot be written',
        defence: 'the request is not served',
        test: ['proxy/decision-log.test.ts', 'a full disk denies, well-formed, and the gate lives on'],
      },
      {
        threat: 'tools that a caller may not call, in a list that tells him of them',
        defence: 'lists are filtered by the same policy',
        test: [line, 'answers tools/list has only what the caller may use'],
        without: [
          'proxy/decision/filter-list.ts',
          "if (typeof name === 'string' && judge(name)) kept.push(item);",
          'kept.push(item);',
        ],
      },
      {
        threat: 'a list made for one caller that a cache gives another',
        defence: '`cacheScope` and `Cache-Control` are made private',
        test: [line, 'answers tools/list has only what the caller may use'],
        without: [
          'proxy/decision/filter-list.ts',
          "if (result.cacheScope !== undefined || result.ttlMs !== undefined) result.cacheScope = 'private';",
          '',
        ],
      },
      {
        threat: 'a decision that cannot be kept, because the connection does not read bodies',
        defence: 'it denies',
        test: [passThrough, 'asks under a mask of the answer'],
        without: ['proxy/line.ts', '    if (isOpaque) rejectBodyMasks(exchange.decision!);\n', ''],
      },
      {
        threat: 'hours that end at midnight, and nights that go on after it',
        defence: 'a window belongs to the day it begins on',
        test: ['proxy/start.test.ts', 'the sample policies pass their tests'],
        without: [
          'policies/lib/hours.rego',
          'begins_on(window, schedule, yesterday(schedule))',
          'begins_on(window, schedule, today(schedule))',
        ],
      },
    ],
  },
  {
    title: 'Approvals',
    defences: [
      {
        threat: 'someone who approves his own call',
        defence: 'refused, whatever his groups',
        test: ['proxy/hold/clients.test.ts', 'cannot approve its own call'],
        without: [
          'proxy/hold/verdicts.ts',
          '    if (isRequester(call, approver)) throw new ApproverIsRequester();\n',
          '',
        ],
      },
      {
        threat: 'an approval for a call’s name that is used with other arguments',
        defence: 'it is bound to a digest of all that makes the call what it is',
        test: ['proxy/hold/approvals.test.ts', 'a state with other arguments is another call, held anew'],
      },
      {
        threat: 'another caller, or another client of the same user, who uses an approval',
        defence: 'it is bound to them',
        test: [
          'proxy/hold/approvals.test.ts',
          'another caller, or another client of the same user, cannot use the approval',
        ],
      },
      {
        threat: 'two replicas that run one approved call twice',
        defence: 'the database gives it to one',
        test: ['proxy/hold/replicas.test.ts', 'races for one approval: one execution each'],
      },
      {
        threat: 'a call that runs after its client has gone',
        defence: 'it runs in the request of a client that is there, or not at all',
        test: ['proxy/hold/clients.test.ts', 'that is gone before the approval has nothing run'],
      },
      {
        threat: 'an approval that never ends',
        defence: 'it ends with its life, and the policy has the last word when it is used',
        test: ['proxy/hold/approvals.test.ts', 'an approval ends with its life'],
      },
    ],
  },
  {
    title: 'Masks',
    defences: [
      {
        threat: 'a compressed answer, which no mask can read',
        defence: 'upstreams are asked for none, and refused when they compress all the same',
        test: [line, 'answers an encoded answer is refused, masked or not'],
        without: [
          'proxy/answer/answer.ts',
          "if (encoding !== undefined && encoding !== 'identity') throw new UpstreamAnswerRefused(`encoded as ${encoding}`);",
          '',
        ],
      },
      {
        threat: 'text that is no JSON under a path, an image, a blob',
        defence: 'withheld, not passed over',
        test: [line, 'answers text that is no JSON is withheld'],
        without: [
          'proxy/mask/mask.ts',
          "if (masks.some(({ path }) => path.length > 0)) throw new NotMaskable('a text is no JSON object or list');",
          'if (masks.some(({ path }) => path.length > 0)) return text;',
        ],
      },
      {
        threat: 'JSON in a text in a text',
        defence: 'walked into as if it stood there itself',
        test: ['proxy/json-path.test.ts', 'texts that hold JSON at any depth'],
        without: [
          'proxy/mask/walk.ts',
          "if (typeof value === 'string') return looksLikeJson(value) ? this.#text(value, states, textDepth) : value;",
          "if (typeof value === 'string') return value;",
        ],
      },
      {
        threat: 'errors that quote what is masked',
        defence: 'their texts are withheld under paths, and masked by patterns',
        test: [line, 'answers error texts are withheld'],
        without: ['proxy/mask/mask-message.ts', 'message.error = maskError(message.error, masks, key);', ''],
      },
      {
        threat: 'notifications in a stream that say what is masked',
        defence: 'only progress passes, and of that the figures',
        test: [line, 'streams are masked event by event'],
        without: [
          'proxy/mask/mask-message.ts',
          'if (message.method !== undefined) return maskOwnMessage(message, masks, key);',
          'if (message.method !== undefined) return message;',
        ],
      },
      {
        threat: 'comments, names of events and fields that nobody knows, in a masked stream',
        defence: 'emptied or dropped',
        test: ['proxy/bad-input.test.ts', 'streams of any bytes leave nothing unmasked and the gate alive'],
        without: [
          'proxy/answer/event-stream.ts',
          'const event = edit.document === undefined ? read : { ...read, others: read.others.flatMap(knownLine) };',
          'const event = read;',
        ],
      },
      {
        threat: 'headers that mirror arguments, and say what a mask has taken out of them',
        defence: 'dropped where arguments are masked',
        test: [line, 'no mirrors of what is masked, nor has the log'],
        without: [
          'proxy/upstream/credential.ts',
          '    if (decision.maskRequest.length > 0) dropMirrors(headers);\n',
          '',
        ],
      },
      {
        threat: 'answers to an earlier call, unmasked on another stream',
        defence: 'only who shows the call’s event id gets them, masked as it was',
        test: [line, 'streams of a GET replay no answers'],
        without: ['proxy/answer/edit.ts', 'if (isStreamOfGet && isAnswer && call === undefined) return undefined;', ''],
      },
      {
        threat: 'validators and lengths of the answer before the mask',
        defence: 'dropped after an edit',
        test: [line, 'answers masked in structure and text'],
        without: ['proxy/request/headers.ts', 'if (isEdited && OF_CONTENT.has(name)) continue;', ''],
      },
      {
        threat: 'a secret in the log or in a record, because masking came after the writing',
        defence: 'masks come before either; what they cannot read is not kept',
        test: ['proxy/record/capture.test.ts', 'patterns in a stream'],
        without: [
          'proxy/record/capture.ts',
          'if (concerned.length === 0 || text === ',
          'if (concerned.length >= 0 || text === ',
        ],
      },
      {
        threat: 'session ids in the log',
        defence: 'never written',
        test: [line, 'sessions belong to the caller they were given to'],
        without: [
          'proxy/log/decision-log.ts',
          "const ALWAYS_ERASED = ['/input/mcp/session_id', '/input/request/headers/mcp-session-id'].map(removal);",
          'const ALWAYS_ERASED = ([] as string[]).map(removal);',
        ],
      },
      {
        threat: 'paths and patterns that run code, or run for ever',
        defence: 'a language without filters and scripts, walks and detectors in linear time, RE2',
        test: ['proxy/json-path.test.ts', 'many descents take linear time'],
      },
      {
        threat: 'texts that make a detector slow',
        defence: 'each reads a text once',
        test: ['proxy/detectors.test.ts', 'every detector takes linear time'],
      },
    ],
  },
  {
    title: 'Upstreams and answers',
    defences: [
      {
        threat: 'the caller’s token at the upstream',
        defence: 'the upstream’s request is made without it; the connection’s own credential is put in last',
        test: [passThrough, 'the upstream gets its own credential, never the token'],
        without: [
          'proxy/request/headers.ts',
          'const kept = forwardableHeaders(headers, [...extra, ...more]);',
          'const kept = { ...headers } as Record<string, string>;',
        ],
      },
      {
        threat: 'a token renewed twice at once, of which the provider takes the second for a theft',
        defence: 'one renewal for all who wait',
        test: ['proxy/credentials.test.ts', 'is fetched once by all who find it ended'],
        without: ['proxy/upstream/renewed-token.ts', 'this.#pending ??= this.#run()', 'this.#pending = this.#run()'],
      },
      {
        threat: 'a redirect to somewhere else',
        defence: 'not followed, not passed on: egress is to configured upstreams',
        test: [line, 'answers a redirect is not followed'],
        without: [
          'proxy/answer/answer.ts',
          'if (status >= 300 && status < 400 && status !== 304) throw new UpstreamAnswerRefused(`a redirect, ${status}`);',
          '',
        ],
      },
      {
        threat: 'an upstream that sends the client and its token elsewhere, or shows where it is',
        defence:
          'references in its head are written as places at the gate; what is not behind the connection does not pass',
        test: [
          'proxy/http-answers.test.ts',
          'references in the head of an answer at /api a redirect to /v10 is not passed on',
        ],
        without: ['proxy/answer/location.ts', " || password !== '' || !isInside)", " || password !== '')"],
      },
      {
        threat: 'a path of two slashes that a browser takes for a host',
        defence: 'is no place at the gate',
        test: ['proxy/http-answers.test.ts', 'at the root of a host places are those of the upstream'],
        without: ['proxy/answer/location.ts', "if (place.startsWith('//')) return undefined;", ''],
      },
      {
        threat: 'the upstream’s address in an error',
        defence: 'errors are the gate’s own, also where http-proxy-middleware carries the bytes',
        test: [passThrough, 'upstreams that are down do not show where they are'],
        without: [
          'proxy/upstream/pass-through.ts',
          '        error: (error, request) => this.#failed(request, error),\n',
          '',
        ],
      },
      {
        threat: 'an answer that breaks off and is made whole',
        defence: 'the client’s connection is cut',
        test: [line, 'answers an upstream that breaks off is not made whole'],
        without: [
          'proxy/answer/answer.ts',
          '    response.destroy();\n    throw error;',
          '    response.end();\n    throw error;',
        ],
      },
      {
        threat: 'an answer without end',
        defence: 'a limit in bytes for answers, for events of streams that are read',
        test: [line, 'answers an answer that is too large is cut'],
      },
      {
        threat: 'a client that has gone, and work that goes on',
        defence: 'the upstream’s request ends with it',
        test: [line, 'streams end upstream when the client goes'],
        without: [
          'proxy/upstream/upstream-answer.ts',
          "    signal.addEventListener('abort', abort, { once: true });\n",
          '',
        ],
      },
      {
        threat: 'a proxy on the way that takes a quiet stream for a dead one, or waits for its end',
        defence: 'comments in pauses, never inside an event; `X-Accel-Buffering: no`',
        test: [line, 'streams get comments while nothing happens, between events only'],
        without: ['proxy/answer/event-stream.ts', 'if (isBetween) yield KEEP_ALIVE;', 'yield KEEP_ALIVE;'],
      },
      {
        threat: 'a client that takes an error for an old server, and downgrades',
        defence: 'errors are well-formed JSON-RPC with the id of what they refuse',
        test: [revisions, 'headers of the stateless protocol have to be there'],
        without: [
          'proxy/answer/reply.ts',
          'message === undefined ? answerId(exchange.body)',
          'message === undefined ? null',
        ],
      },
      {
        threat: 'a tool that becomes another once it is trusted',
        defence: 'what it was at first sight is remembered; a change hides it until somebody accepts it',
        test: ['proxy/pinning.test.ts', 'a tool that changes is hidden and not called until it is accepted as it is'],
      },
      {
        threat: 'a record that is changed or taken out',
        defence: 'records are chained; the first that does not fit is named',
        test: ['proxy/record/chain.test.ts', 'a row that was changed is named'],
      },
      {
        threat: 'error codes that a client takes for JSON-RPC’s',
        defence: 'the gate’s own lie outside -32768..-32000',
        test: ['proxy/errors.test.ts', 'every failure has codes of its own'],
      },
    ],
  },
];
