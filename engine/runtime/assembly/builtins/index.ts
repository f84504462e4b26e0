// The native built-ins, as `builtin_NAME` with `.` written `_`; arguments and results are values, 0 (null) is undefined.
export {
  builtin_all,
  builtin_any,
  builtin_count,
  builtin_internal_member_2,
  builtin_internal_member_3,
  builtin_max,
  builtin_min,
  builtin_product,
  builtin_sum,
} from './aggregates';
export { builtin_array_concat, builtin_array_flatten, builtin_array_reverse, builtin_array_slice } from './arrays';
export {
  builtin_bits_and,
  builtin_bits_lsh,
  builtin_bits_negate,
  builtin_bits_or,
  builtin_bits_rsh,
  builtin_bits_xor,
} from './bits';
export { builtin_lower, builtin_upper } from './case';
export { builtin_net_cidr_contains, builtin_net_cidr_intersects } from './cidr';
export { builtin_eq, builtin_equal, builtin_gt, builtin_gte, builtin_lt, builtin_lte, builtin_neq } from './comparison';
export {
  builtin_base64_decode,
  builtin_base64_encode,
  builtin_base64_is_valid,
  builtin_base64url_decode,
  builtin_base64url_encode,
  builtin_base64url_encode_no_pad,
  builtin_hex_decode,
  builtin_hex_encode,
} from './encoding';
export { builtin_glob_match, builtin_glob_quote_meta } from './glob';
export { builtin_graph_reachable, builtin_graph_reachable_paths } from './graph';
export { builtin_format_int, builtin_numbers_range, builtin_numbers_range_step } from './integers';
export { builtin_json_patch } from './json-patch';
export { builtin_json_filter, builtin_json_remove } from './json-paths';
export { builtin_json_is_valid, builtin_json_marshal, builtin_json_unmarshal } from './json';
export {
  builtin_object_get,
  builtin_object_filter,
  builtin_object_keys,
  builtin_object_remove,
  builtin_object_subset,
  builtin_object_union,
  builtin_object_union_n,
} from './objects';
export {
  builtin_abs,
  builtin_ceil,
  builtin_div,
  builtin_floor,
  builtin_minus,
  builtin_mul,
  builtin_plus,
  builtin_rem,
  builtin_round,
} from './operators';
export { builtin_and, builtin_intersection, builtin_or, builtin_set_diff, builtin_union } from './sets';
export { builtin_sort } from './sort';
export { builtin_concat, builtin_replace, builtin_strings_replace_n, builtin_strings_reverse } from './strings-edit';
export {
  builtin_contains,
  builtin_endswith,
  builtin_indexof,
  builtin_indexof_n,
  builtin_split,
  builtin_startswith,
  builtin_strings_any_prefix_match,
  builtin_strings_any_suffix_match,
  builtin_strings_count,
  builtin_strings_split_n,
  builtin_substring,
  builtin_trim,
  builtin_trim_left,
  builtin_trim_prefix,
  builtin_trim_right,
  builtin_trim_space,
  builtin_trim_suffix,
} from './strings';
export { builtin_internal_template_string } from './template';
export { builtin_to_number } from './to-number';
export {
  builtin_cast_array,
  builtin_cast_boolean,
  builtin_cast_null,
  builtin_cast_object,
  builtin_cast_set,
  builtin_cast_string,
  builtin_is_array,
  builtin_is_boolean,
  builtin_is_null,
  builtin_is_number,
  builtin_is_object,
  builtin_is_set,
  builtin_is_string,
  builtin_type_name,
} from './types';
export { builtin_walk } from './walk';
export {
  builtin_re_match,
  builtin_regex_find_all_string_submatch_n,
  builtin_regex_find_n,
  builtin_regex_is_valid,
  builtin_regex_match,
  builtin_regex_split,
  regex_mask,
  regex_programs,
} from './regex';
