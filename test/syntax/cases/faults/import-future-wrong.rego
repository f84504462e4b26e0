package a
import future.foo
