// All texts of a value, wherever they stand: in members, in elements, in JSON that is written in a text.
import { isObject, isRawNumber, type Json, type JsonObject, parseStrict } from '../request/strict-json.ts';

export interface TextEdit {
  readonly text: (text: string) => string;
  /** Whether names of members are texts too. */
  readonly names: boolean;
}

/** How JSON with something in it begins. `[INFO] …` and `{name}` are no JSON. */
const JSON_LIKE = /^\s*(?:\{\s*"|\[\s*[[{"])/;

const SPACE = 0x20;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const DELETE = 0x7f;

/** Whether a text is to be taken for JSON. */
export function looksLikeJson(text: string): boolean {
  const first = text.charCodeAt(0);
  // Most texts begin with something else, in ASCII; what counts as a blank beyond that, the pattern knows.
  const isPlain = first > SPACE && first < DELETE && first !== OPEN_BRACE && first !== OPEN_BRACKET;
  return !isPlain && JSON_LIKE.test(text);
}

/** The value with every text in it edited, in place where it is a collection. A number is the text it is written as. */
export function editTexts(value: Json, edit: TextEdit): Json {
  const text = textOf(value);
  if (text !== undefined) {
    const edited = typeof value === 'string' ? editText(value, edit) : edit.text(text);
    return edited === text ? value : edited;
  }
  if (Array.isArray(value)) value.forEach((each, i) => (value[i] = editTexts(each, edit)));
  else if (isObject(value)) editMembers(value, edit);
  // Passing over it would leave it as it is.
  else if (typeof value === 'object' && value !== null)
    throw new TypeError('an object that the strict reader has not made');
  return value;
}

/** A text or a number as text; undefined for everything else. */
export function textOf(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  return isRawNumber(value) || typeof value === 'number' ? JSON.stringify(value) : undefined;
}

/** Escapes of JSON hide what they stand for: what is JSON is read first. */
function editText(text: string, edit: TextEdit): string {
  if (looksLikeJson(text)) {
    let json: Json;
    try {
      json = parseStrict(text);
    } catch {
      return edit.text(text);
    }
    const before = JSON.stringify(json);
    const after = JSON.stringify(editTexts(json, edit));
    return after === before ? text : after;
  }
  return edit.text(text);
}

function editMembers(object: JsonObject, edit: TextEdit): void {
  const names = Object.keys(object);
  const renamed = edit.names ? names.map(edit.text) : names;
  if (renamed.every((name, i) => name === names[i])) {
    for (const name of names) object[name] = editTexts(object[name]!, edit);
    return;
  }
  const values = names.map((name) => editTexts(object[name]!, edit));
  for (const name of names) delete object[name];
  renamed.forEach((name, i) => {
    let free = name;
    for (let n = 2; free in object; n++) free = `${name} ${n}`;
    object[free] = values[i]!;
  });
}
