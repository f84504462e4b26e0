// What the runtime exports: OPA's ABI, the generated code's calls and the patch points, under the names engine/runtime/README.md gives.
export { opa_abort, opa_builtin0, opa_builtin1, opa_builtin2, opa_builtin3, opa_builtin4, opa_println } from './env';
export {
  heap_base,
  heap_pointer,
  memory_limit_pages,
  opa_free,
  opa_heap_blocks_restore,
  opa_heap_blocks_stash,
  opa_heap_ptr_get,
  opa_heap_ptr_set,
  opa_heap_stash_clear,
  opa_malloc,
} from './memory';
export { strings_mask, strings_table } from './string';
export { value_false, value_null, value_true } from './value';
export { value_compare, value_equal } from './compare';
export { scan_key, scan_length, scan_value, value_get, value_get_const, value_length } from './access';
export { array_append, array_new } from './array';
export { object_insert, object_insert_once, object_new, set_add, set_new } from './table';
export {
  opa_eval_ctx_get_result,
  opa_eval_ctx_new,
  opa_eval_ctx_set_data,
  opa_eval_ctx_set_entrypoint,
  opa_eval_ctx_set_input,
} from './context';
export { error_clear, error_code, error_message, error_pending } from './error';
export { memo_new } from './memo';
export { switch_lookup } from './switch';
export { document_patch, object_merge, opa_value_add_path, opa_value_free, opa_value_remove_path } from './document';
export { opa_json_dump, opa_value_dump } from './json-dump';
export { opa_json_parse, opa_value_parse } from './json-parse';
export { unicode_tables } from './regex/unicode';
export { regex_compile } from './regex/program';
export * from './builtins/index';
