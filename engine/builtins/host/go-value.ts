// The Go values that reach fmt and text/template when OPA runs them; their types show in the output (`%!d(string=x)`).
// Left to others: printing them (go-format.ts).

export type GoValue =
  | { readonly kind: 'nil' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint; readonly type?: 'int64' | 'int32' | 'uint8' }
  | { readonly kind: 'float64'; readonly value: number }
  | { readonly kind: 'big'; readonly value: bigint }
  | { readonly kind: 'string'; readonly value: string; readonly type?: 'json.Number' }
  | { readonly kind: 'slice'; readonly items: readonly GoValue[] }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, GoValue> };

/** The name of the value's type as Go's reflection gives it. */
export function goType(value: GoValue): string {
  switch (value.kind) {
    case 'nil':
      return '<nil>';
    case 'int':
    case 'string':
      return value.type ?? value.kind;
    case 'bool':
    case 'float64':
      return value.kind;
    case 'big':
      return '*big.Int';
    case 'slice':
      return '[]interface {}';
    case 'map':
      return 'map[string]interface {}';
  }
}
