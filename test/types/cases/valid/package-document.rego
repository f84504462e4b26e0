package types.package_document

a := 1

b := "x"

p if data.types.package_document.a == 1

q := data.types.package_document_other
