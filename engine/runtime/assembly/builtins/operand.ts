// What built-ins make of their operands: checks by type, and the errors they leave, with OPA's texts.
// An error is left for the caller to find (errors.ts); the built-in gives null, which is undefined.
import { value_get } from '../access';
import { isWhole } from '../arithmetic';
import { ArrayValue, arrayItem } from '../array';
import { ERROR_BUILTIN, ERROR_TYPE, leaveError } from '../error';
import { DecimalValue, NumberValue, decimalText, isInteger } from '../number';
import { StringValue } from '../string';
import { TableValue } from '../table';
import { beginText, putByte, putLiteral, putString } from '../text-builder';
import {
  FLAG_TEXT,
  KIND_ARRAY,
  KIND_BOOLEAN,
  KIND_NULL,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_SET,
  KIND_STRING,
  Value,
  kindOf,
} from '../value';

/** A kind's name in OPA's texts. */
export function kindName(kind: u32): string {
  if (kind == KIND_NULL) return 'null';
  if (kind == KIND_BOOLEAN) return 'boolean';
  if (kind == KIND_NUMBER) return 'number';
  if (kind == KIND_STRING) return 'string';
  if (kind == KIND_ARRAY) return 'array';
  return kind == KIND_OBJECT ? 'object' : 'set';
}

/** Leaves eval_builtin_error with an ASCII text. */
export function fail(message: string): Value | null {
  beginText();
  putLiteral(message);
  return endFault();
}

/** The same with a string behind the text. */
export function failWithString(message: string, string: StringValue): Value | null {
  beginText();
  putLiteral(message);
  putString(string);
  return endFault();
}

/** Leaves eval_type_error with an ASCII text. */
export function failType(message: string): Value | null {
  beginText();
  putLiteral(message);
  return endTypeFault();
}

/** Starts the text of an error: what is put up to endFault or endTypeFault. */
export function beginFault(): void {
  beginText();
}

/** Leaves the text as eval_builtin_error. */
export function endFault(): Value | null {
  leaveError(ERROR_BUILTIN);
  return null;
}

/** Leaves the text as eval_type_error. */
export function endTypeFault(): Value | null {
  leaveError(ERROR_TYPE);
  return null;
}

/** Starts `operand N `. */
export function beginOperand(position: u32): void {
  beginText();
  putLiteral('operand ');
  putByte(0x30 + position);
  putByte(0x20);
}

/** `operand N MESSAGE` */
export function failOperand(position: u32, message: string): Value | null {
  beginOperand(position);
  putLiteral(message);
  return endTypeFault();
}

/** `operand N MESSAGEkind`, the kind being what was given. */
export function failOperandKind(position: u32, message: string, given: Value): Value | null {
  beginOperand(position);
  putLiteral(message);
  putLiteral(kindName(kindOf(given)));
  return endTypeFault();
}

/**
 * `operand N must be KIND but got KIND`, or `must be one of {…}` when `kinds` names several: four bits each, the first
 * the highest.
 */
export function failKind(position: u32, kinds: u32, given: Value): Value | null {
  beginOperand(position);
  putLiteral('must be ');
  if (kinds < 16) {
    putLiteral(kindName(kinds));
  } else {
    putLiteral('one of {');
    for (let shift = (31 - clz(kinds)) & ~3; ; shift -= 4) {
      putLiteral(kindName((kinds >> shift) & 15));
      if (shift == 0) break;
      putLiteral(', ');
    }
    putByte(0x7d);
  }
  putLiteral(' but got ');
  putLiteral(kindName(kindOf(given)));
  return endTypeFault();
}

/** `operand N must be KIND of WANTEDs but got KIND containing KIND` */
export function failElement(position: u32, collection: Value, given: Value, wanted: string): Value | null {
  const kind = kindName(kindOf(collection));
  beginOperand(position);
  putLiteral('must be ');
  putLiteral(kind);
  putLiteral(' of ');
  putLiteral(wanted);
  putLiteral('s but got ');
  putLiteral(kind);
  putLiteral(' containing ');
  putLiteral(kindName(kindOf(given)));
  return endTypeFault();
}

export function stringOperand(value: Value, position: u32): StringValue | null {
  if (kindOf(value) == KIND_STRING) return changetype<StringValue>(value);
  failKind(position, KIND_STRING, value);
  return null;
}

export function numberOperand(value: Value, position: u32): NumberValue | null {
  if (kindOf(value) == KIND_NUMBER) return changetype<NumberValue>(value);
  failKind(position, KIND_NUMBER, value);
  return null;
}

export function arrayOperand(value: Value, position: u32): ArrayValue | null {
  if (kindOf(value) == KIND_ARRAY) return changetype<ArrayValue>(value);
  failKind(position, KIND_ARRAY, value);
  return null;
}

export function objectOperand(value: Value, position: u32): TableValue | null {
  if (kindOf(value) == KIND_OBJECT) return changetype<TableValue>(value);
  failKind(position, KIND_OBJECT, value);
  return null;
}

export function setOperand(value: Value, position: u32): TableValue | null {
  if (kindOf(value) == KIND_SET) return changetype<TableValue>(value);
  failKind(position, KIND_SET, value);
  return null;
}

const NO_INTEGER = 'must be integer number but got floating-point number';

/** A number without a fraction, of any size. */
export function wholeOperand(value: Value, position: u32): NumberValue | null {
  if (kindOf(value) != KIND_NUMBER) {
    failOperandKind(position, 'must be integer but got ', value);
    return null;
  }
  if (isWhole(changetype<NumberValue>(value))) return changetype<NumberValue>(value);
  failOperand(position, NO_INTEGER);
  return null;
}

/** What integerOperand read last. */
export let integerRead: i64 = 0;

/** True for an integer of 64 bits written as one (`1.0` is none to OPA); it is in integerRead. Otherwise leaves an error. */
export function integerOperand(value: Value, position: u32): bool {
  const number = numberOperand(value, position);
  if (number === null) return false;
  if (!isInteger(number) || !isWrittenWhole(number)) {
    failOperand(position, NO_INTEGER);
    return false;
  }
  integerRead = number.integer;
  return true;
}

/** True when the number was written with digits alone. */
export function isWrittenWhole(number: NumberValue): bool {
  if (!(number.word & FLAG_TEXT)) return true;
  const decimal = changetype<DecimalValue>(number);
  const text = decimalText(decimal);
  for (let i: u32 = 0; i < decimal.textLength; i++) {
    const byte = <u32>load<u8>(text + i);
    if (byte - 0x30 > 9 && byte != 0x2d) return false;
  }
  return true;
}

/** The element of a collection at one step of a path, or null. Only integers written as such lead into arrays. */
export function elementAt(collection: Value, key: Value): Value | null {
  if (kindOf(collection) == KIND_ARRAY) {
    if (kindOf(key) != KIND_NUMBER || !isWrittenWhole(changetype<NumberValue>(key))) return null;
    const number = changetype<NumberValue>(key);
    const array = changetype<ArrayValue>(collection);
    if (!isInteger(number) || <u64>number.integer >= <u64>array.count) return null;
    return arrayItem(array, <u32>number.integer);
  }
  return value_get(collection, key);
}
