package a
import future.keywords.foo
