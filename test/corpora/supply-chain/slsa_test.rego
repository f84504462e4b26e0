package policy.slsa_test

import data.policy.slsa
import rego.v1

statement(builder, materials) := {
	"predicateType": "https://slsa.dev/provenance/v1",
	"subject": [{"name": "img"}],
	"predicate": {"builder": {"id": builder}, "materials": materials},
}

envelope(s) := {"payloadType": "application/vnd.in-toto+json", "payload": base64.encode(json.marshal(s))}

attested(builder, materials) := {"attestations": [envelope(statement(builder, materials))]}

test_wrong_untrusted if {
	d := slsa.deny with input as attested("https://x/y", [{"uri": "a", "digest": {}}])
		with data.trusted_builders as ["https://ok"]
	d == {{"code": "policy.slsa.untrusted_builder", "msg": "Builder \"https://x/y\" is not trusted", "effective_on": "2024-01-01T00:00:00Z"}}
}

test_trusted_by_pattern if {
	d := slsa.deny with input as attested("https://x/y", [{"uri": "a", "digest": {}}])
		with data.trusted_builder_patterns as ["https://x/*"]
	count(d) == 0
}

test_materials if {
	d := slsa.deny with input as attested("b", []) with data.trusted_builders as ["b"]
	{r.msg | some r in d} == {"No materials in 1 attestations"}
}

test_warn if {
	w := slsa.warn with input as attested("b", [{"uri": "git+https://x"}, {"uri": "y", "digest": {"sha1": ""}}])
	{r.msg | some r in w} == {"Material git+https://x of img has no digest"}
}

test_blocking[note] if {
	some note, tc in {
		"before": {"when": "2023-01-01T00:00:00Z", "blocking": 0, "later": 1},
		"after": {"when": "2025-01-01T00:00:00Z", "blocking": 1, "later": 0},
	}
	[b, l] := [slsa.blocking, slsa.later] with input as attested("b", [{"uri": "u", "digest": {}}]) with data.config.when as tc.when
	count(b) == tc.blocking
	count(l) == tc.later
}

test_now if {
	slsa.when == 5 with time.now_ns as 5 with data.config as {}
}

test_bad_payload if {
	count(slsa.attestations) == 0 with input as {"attestations": [{"payloadType": "application/vnd.in-toto+json", "payload": "!"}]}
}
test_purl[url] if {
	some url, want in {
		"pkg:npm/%40angular/animation@12.3.1": {"type": "npm", "namespace": "%40angular", "name": "animation", "version": "12.3.1", "qualifiers": {}},
		"pkg:oci/debian@sha256:244fd47e07d10?repository_url=ghcr.io&tag=bookworm": {"type": "oci", "namespace": "", "name": "debian", "version": "sha256:244fd47e07d10", "qualifiers": {"repository_url": "ghcr.io", "tag": "bookworm"}},
		"pkg:golang/google.golang.org/genproto#googleapis/api": {"type": "golang", "namespace": "google.golang.org", "name": "genproto", "version": "", "qualifiers": {}},
	}
	data.lib.purl.parse(url) == want
}
test_pinned if {
	data.lib.purl.is_pinned("pkg:oci/debian@sha256:aa")
	not data.lib.purl.is_pinned("pkg:oci/debian@latest")
	data.lib.purl.is_pinned("pkg:npm/a@1")
	not data.lib.purl.is_pinned("pkg:npm/a")
}
