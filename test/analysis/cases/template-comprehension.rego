package t
p := [$"{y + w}" | y := 1]
