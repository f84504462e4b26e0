// `internal.template_string`: what a template string becomes.
import { arrayItem } from '../array';
import { StringValue } from '../string';
import { scan_length, scan_value } from '../access';
import { beginText, endText, putLiteral, putString } from '../text-builder';
import { KIND_SET, KIND_STRING, Value, kindOf } from '../value';
import { arrayOperand } from './operand';
import { putTerm } from './rego-text';

/** Joins the parts: plain values, and for expressions a set of one value, or of none when it is undefined. */
export function builtin_internal_template_string(parts: Value): Value | null {
  const array = arrayOperand(parts, 1);
  if (array === null) return null;
  // Sorting first: no value may be made while a text is.
  for (let i: u32 = 0; i < array.count; i++) scan_length(arrayItem(array, i));
  beginText();
  for (let i: u32 = 0; i < array.count; i++) {
    let part = arrayItem(array, i);
    if (kindOf(part) == KIND_SET) {
      if (scan_length(part) == 0) {
        putLiteral('<undefined>');
        continue;
      }
      part = scan_value(part, 0);
    }
    if (kindOf(part) == KIND_STRING) putString(changetype<StringValue>(part));
    else putTerm(part);
  }
  return endText();
}
