// The tools that MCP's conformance suite wants of a server: what they are called, what they take, what they answer. Names, texts and schemas are
// the suite's.
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type CallToolResult,
  type ClientCapabilities,
  type InputRequests,
  type InputRequiredResult,
  type RequestStateCodec,
  type ServerContext,
  type ServerNotifier,
} from '@modelcontextprotocol/server';

/** What tools need of the server around them. */
export interface ToolContext {
  readonly request: ServerContext;
  readonly isModern: boolean;
  readonly state: RequestStateCodec;
  /** Says that lists have changed. */
  readonly notify: ServerNotifier;
}

type Answer = CallToolResult | InputRequiredResult;
type Arguments = Readonly<Record<string, unknown>>;

interface TestTool {
  readonly inputSchema?: object;
  readonly call: (args: Arguments, context: ToolContext) => Answer | Promise<Answer>;
}

/** A red pixel. */
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const text = (value: string): CallToolResult => ({ content: [{ type: 'text', text: value }] });
const object = (properties: object, required: readonly string[]): object => ({ type: 'object', properties, required });

const askName = inputRequired.elicit({
  message: 'What is your name?',
  requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
});
const askFor = (question: string, maxTokens: number): InputRequests[string] =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: question } }],
    maxTokens,
  });
const confirm = inputRequired.elicit({
  message: 'Please confirm',
  requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
});

function responses({ request }: ToolContext): Readonly<Record<string, unknown>> {
  return request.mcpReq.inputResponses ?? {};
}

/** What the client says it can do, with the request. */
function declaredBy({ mcpReq }: ServerContext): ClientCapabilities {
  const envelope = mcpReq.envelope as Readonly<Record<string, unknown>> | undefined;
  return (envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {}) as ClientCapabilities;
}

const TITLED = [
  { const: 'value1', title: 'First Option' },
  { const: 'value2', title: 'Second Option' },
  { const: 'value3', title: 'Third Option' },
];

/** By name. */
export const TOOLS: Readonly<Record<string, TestTool>> = {
  test_simple_text: { call: () => text('This is a simple text response for testing.') },
  test_image_content: { call: () => ({ content: [{ type: 'image', data: PNG, mimeType: 'image/png' }] }) },
  test_audio_content: { call: () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }) },
  test_embedded_resource: {
    call: () => ({
      content: [
        {
          type: 'resource',
          resource: {
            uri: 'test://embedded-resource',
            mimeType: 'text/plain',
            text: 'This is an embedded resource content.',
          },
        },
      ],
    }),
  },
  test_multiple_content_types: {
    call: () => ({
      content: [
        { type: 'text', text: 'Multiple content types test:' },
        { type: 'image', data: PNG, mimeType: 'image/png' },
        {
          type: 'resource',
          resource: {
            uri: 'test://mixed-content-resource',
            mimeType: 'application/json',
            text: '{"test":"data","value":123}',
          },
        },
      ],
    }),
  },
  test_tool_with_logging: {
    async call(_, { request }) {
      for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await request.mcpReq.log('info', line);
        await pause(50);
      }
      return text('Logged three times.');
    },
  },
  test_tool_with_progress: {
    async call(_, { request }) {
      const progressToken = request.mcpReq._meta?.progressToken;
      for (const progress of [0, 50, 100]) {
        if (progressToken !== undefined)
          await request.mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress, total: 100, message: `Completed step ${progress} of 100` },
          });
        await pause(50);
      }
      return text('Done.');
    },
  },
  test_error_handling: {
    call: () => ({ ...text('This tool intentionally returns an error for testing'), isError: true }),
  },
  test_sampling: {
    inputSchema: object({ prompt: { type: 'string' } }, ['prompt']),
    async call({ prompt }, { request }) {
      const { content } = await request.mcpReq.requestSampling({
        messages: [{ role: 'user', content: { type: 'text', text: String(prompt) } }],
        maxTokens: 100,
      });
      return text(`LLM response: ${'text' in content ? content.text : JSON.stringify(content)}`);
    },
  },
  test_elicitation: {
    inputSchema: object({ message: { type: 'string' } }, ['message']),
    async call({ message }, { request }) {
      const answer = await request.mcpReq.elicitInput({
        message: String(message),
        requestedSchema: {
          type: 'object',
          properties: {
            username: { type: 'string', description: "User's response" },
            email: { type: 'string', description: "User's email address" },
          },
          required: ['username', 'email'],
        },
      });
      return text(`User response: action=${answer.action}, content=${JSON.stringify(answer.content)}`);
    },
  },
  test_elicitation_sep1034_defaults: {
    async call(_, { request }) {
      const answer = await request.mcpReq.elicitInput({
        message: 'Please review and update the form fields with defaults',
        requestedSchema: {
          type: 'object',
          properties: {
            name: { type: 'string', default: 'John Doe' },
            age: { type: 'integer', default: 30 },
            score: { type: 'number', default: 95.5 },
            status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
            verified: { type: 'boolean', default: true },
          },
          required: [],
        },
      });
      return text(`Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content)}`);
    },
  },
  test_elicitation_sep1330_enums: {
    async call(_, { request }) {
      const options = ['option1', 'option2', 'option3'];
      const answer = await request.mcpReq.elicitInput({
        message: 'Please select options',
        requestedSchema: {
          type: 'object',
          properties: {
            untitledSingle: { type: 'string', enum: options },
            titledSingle: { type: 'string', oneOf: TITLED },
            legacyEnum: {
              type: 'string',
              enum: ['opt1', 'opt2', 'opt3'],
              enumNames: ['Option One', 'Option Two', 'Option Three'],
            },
            untitledMulti: { type: 'array', items: { type: 'string', enum: options } },
            titledMulti: { type: 'array', items: { anyOf: TITLED } },
          },
          required: [],
        },
      });
      return text(`Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content)}`);
    },
  },
  json_schema_2020_12_tool: {
    inputSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: {
        address: {
          $anchor: 'addressDef',
          type: 'object',
          properties: { street: { type: 'string' }, city: { type: 'string' } },
        },
      },
      properties: {
        name: { type: 'string' },
        address: { $ref: '#/$defs/address' },
        contactMethod: { type: 'string', enum: ['phone', 'email'] },
        phone: { type: 'string' },
        email: { type: 'string' },
      },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
      then: { required: ['phone'] },
      else: { required: ['email'] },
      additionalProperties: false,
    },
    call: () => text('Fine.'),
  },
  test_reconnection: {
    async call(_, { request }) {
      request.http?.closeSSE?.();
      await pause(100);
      return text('Reconnected.');
    },
  },
  test_custom_header: {
    inputSchema: object({ region: { type: 'string', 'x-mcp-header': 'Region' } }, ['region']),
    call: ({ region }) => text(`The region is ${String(region)}.`),
  },
  test_missing_capability: {
    call(_, { request }) {
      const declared = declaredBy(request);
      if (declared.sampling === undefined)
        throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
      return text('Sampling is declared.');
    },
  },
  test_streaming_elicitation: {
    async call(_, context) {
      const progressToken = context.request.mcpReq._meta?.progressToken;
      await context.request.mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken: progressToken ?? 0, progress: 1, total: 2 },
      });
      return inputRequired({ inputRequests: { user_name: askName } });
    },
  },
  test_logging_tool: {
    async call(_, { request }) {
      await request.mcpReq.log('info', 'Only for those who asked for it');
      return text('Perhaps logged.');
    },
  },
  test_trigger_tool_change: {
    call(_, { notify }) {
      notify.toolsChanged();
      return text('Tools changed.');
    },
  },
  test_trigger_prompt_change: {
    call(_, { notify }) {
      notify.promptsChanged();
      return text('Prompts changed.');
    },
  },
  test_input_required_result_elicitation: {
    call(_, context) {
      const answer = acceptedContent<{ name?: unknown }>(responses(context), 'user_name');
      return typeof answer?.name === 'string'
        ? text(`Hello, ${answer.name}!`)
        : inputRequired({ inputRequests: { user_name: askName } });
    },
  },
  test_input_required_result_sampling: {
    call(_, context) {
      const answer = responses(context).capital_question as { content?: { text?: string } } | undefined;
      return answer === undefined
        ? inputRequired({ inputRequests: { capital_question: askFor('What is the capital of France?', 100) } })
        : text(String(answer.content?.text));
    },
  },
  test_input_required_result_list_roots: {
    call(_, context) {
      const answer = responses(context).client_roots as { roots?: { uri: string }[] } | undefined;
      return answer?.roots === undefined
        ? inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
        : text(`Roots: ${answer.roots.map(({ uri }) => uri).join(', ')}`);
    },
  },
  test_input_required_result_request_state: { call: (_, context) => confirmed(context, 'state-ok') },
  test_input_required_result_tampered_state: { call: (_, context) => confirmed(context, 'The state is whole.') },
  test_input_required_result_multiple_inputs: {
    async call(_, context) {
      const { user_name: name, greeting, client_roots: roots } = responses(context);
      if (name !== undefined && greeting !== undefined && roots !== undefined) return text('All is answered.');
      return inputRequired({
        inputRequests: {
          user_name: askName,
          greeting: askFor('Generate a greeting', 50),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await context.state.mint({ step: 1 }),
      });
    },
  },
  test_input_required_result_multi_round: {
    async call(_, context) {
      const { step } = context.request.mcpReq.requestState<{ step: number }>() ?? { step: 0 };
      const given = responses(context);
      if (step === 1 && given.step1 !== undefined) {
        const color = inputRequired.elicit({
          message: 'Step 2: What is your favorite color?',
          requestedSchema: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
        });
        return inputRequired({ inputRequests: { step2: color }, requestState: await context.state.mint({ step: 2 }) });
      }
      if (step === 2 && given.step2 !== undefined) return text('All steps are done.');
      const name = inputRequired.elicit({
        message: 'Step 1: What is your name?',
        requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      });
      return inputRequired({ inputRequests: { step1: name }, requestState: await context.state.mint({ step: 1 }) });
    },
  },
  test_input_required_result_capabilities: {
    call(_, { request }) {
      const declared = declaredBy(request);
      const inputRequests: InputRequests = {
        ...(declared.sampling === undefined ? {} : { question: askFor('What now?', 50) }),
        ...(declared.elicitation === undefined ? {} : { user_name: askName }),
      };
      return Object.keys(inputRequests).length === 0 ? text('Nothing can be asked.') : inputRequired({ inputRequests });
    },
  },
};

/** A first round with a signed state, a second that needs it. */
async function confirmed(context: ToolContext, done: string): Promise<Answer> {
  const isSecond = context.request.mcpReq.requestState() !== undefined;
  if (isSecond && responses(context).confirm !== undefined) return text(done);
  return inputRequired({ inputRequests: { confirm }, requestState: await context.state.mint({ step: 1 }) });
}

/** Calls a tool. Throws a protocol error for a name that is none. */
export async function callTool(name: string, args: Arguments, context: ToolContext): Promise<Answer> {
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  if (tool === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${name}`);
  return tool.call(args, context);
}
