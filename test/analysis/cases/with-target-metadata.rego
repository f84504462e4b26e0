package t
p if input.a with rego.metadata.rule as 1
