package a
# METADATA
# schemas: [{input: foo}]
p := 1
