package lib.purl

import rego.v1

# package URLs: pkg:type/namespace/name@version?qualifiers#subpath
parse(url) := {
	"type": match[1],
	"namespace": trim_suffix(match[2], "/"),
	"name": urlquery.decode(match[3]),
	"version": trim_prefix(match[4], "@"),
	"qualifiers": qualifiers(match[5]),
} if {
	pattern := `^pkg:([a-z0-9.+-]+)/((?:[^@?#]+/)?)([^/@?#]+)(@[^?#]+)?(\?[^#]*)?(#.*)?$`
	[match] := regex.find_all_string_submatch_n(pattern, url, 1)
}

qualifiers(text) := {k: v |
	some pair in split(trim_prefix(text, "?"), "&")
	[k, v] := split(pair, "=")
}

is_pinned(url) if {
	p := parse(url)
	p.type == "oci"
	startswith(p.version, "sha256:")
} else if {
	parse(url).type != "oci"
	parse(url).version != ""
}
