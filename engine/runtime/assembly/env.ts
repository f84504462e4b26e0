// The host's side of OPA's ABI: what a policy module imports from `env`, besides its memory.
// The file's name is the import module's name; nothing else may be declared here.

/** Ends the evaluation; `message` is NUL-terminated text. Hosts throw, so it does not come back. */
export declare function opa_abort(message: usize): void;

/** Prints a line; `message` is NUL-terminated text. */
export declare function opa_println(message: usize): void;

/** Built-ins on the host, by number of arguments; the result is the address of a value, 0 when undefined. */
export declare function opa_builtin0(id: i32, context: usize): usize;
export declare function opa_builtin1(id: i32, context: usize, a: usize): usize;
export declare function opa_builtin2(id: i32, context: usize, a: usize, b: usize): usize;
export declare function opa_builtin3(id: i32, context: usize, a: usize, b: usize, c: usize): usize;
export declare function opa_builtin4(id: i32, context: usize, a: usize, b: usize, c: usize, d: usize): usize;
