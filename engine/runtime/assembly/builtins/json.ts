// `json.marshal`, `json.unmarshal`, `json.is_valid`.
import { marshal } from '../json-dump';
import { jsonParse } from '../json-parse';
import { StringValue, stringBytes } from '../string';
import { putByte, putBytes, putLiteral, putString } from '../text-builder';
import { KIND_STRING, Value, booleanValue, kindOf } from '../value';
import { leaveFault, putCharacter, scanString, scanValue, skipSpace } from './json-scan';
import { beginFault, endFault, fail, stringOperand } from './operand';

export function builtin_json_marshal(value: Value): Value {
  return marshal(value);
}

export function builtin_json_is_valid(text: Value): Value {
  if (kindOf(text) != KIND_STRING) return booleanValue(false);
  const string = changetype<StringValue>(text);
  const start = stringBytes(string);
  const end = start + string.length;
  const behind = scanValue(start, end);
  return booleanValue(behind != 0 && skipSpace(behind, end) == end);
}

export function builtin_json_unmarshal(text: Value): Value | null {
  const string = stringOperand(text, 1);
  if (string === null) return null;
  const end = stringBytes(string) + string.length;
  const start = skipSpace(stringBytes(string), end);
  if (start == end) return fail('EOF');
  const behind = scanValue(start, end);
  if (behind == 0) {
    leaveFault();
    return null;
  }
  if (!endsAt(behind, end)) return null;
  // What Go reads and we do not: numbers whose exponent no calculation could use.
  const value = jsonParse(start, <u32>(behind - start));
  return value === null ? fail('number out of range') : value;
}

/**
 * True when nothing follows the value. OPA asks Go's decoder for one more token and prints that: brackets, strings and
 * numbers by their text, booleans as Go prints what is no text; `null` it takes for nothing, and what follows is not read.
 */
function endsAt(behind: usize, end: usize): bool {
  const at = skipSpace(behind, end);
  if (at == end) return true;
  const byte = <u32>load<u8>(at);
  if (byte == 0x5d || byte == 0x7d || byte == 0x2c || byte == 0x3a) {
    beginFault();
    putLiteral('invalid character ');
    putCharacter(byte);
    putLiteral(' looking for beginning of value');
    endFault();
    return false;
  }
  const bracket = byte == 0x5b || byte == 0x7b;
  const next = bracket ? at + 1 : byte == 0x22 ? scanString(at, end) : scanValue(at, end);
  if (next == 0) {
    leaveFault();
    return false;
  }
  if (byte == 0x6e) return true;
  const token = byte == 0x22 ? jsonParse(at, <u32>(next - at)) : null;
  beginFault();
  putLiteral("error: invalid character '");
  if (token !== null) putString(changetype<StringValue>(token));
  else if (byte == 0x74 || byte == 0x66) {
    putLiteral('%!s(bool=');
    putBytes(at, <u32>(next - at));
    putByte(0x29);
  } else putBytes(at, <u32>(next - at));
  putLiteral("' after top-level value");
  endFault();
  return false;
}
