// Stands for AssemblyScript's own runtime (asc --runtime): it defines no allocator, so that any managed object in the
// sources fails the build instead of bringing a garbage collector along.
