#
# METADATA
# title: SLSA provenance
# description: >-
#   The build must come from a builder that is trusted, and from the source
#   that is expected.
#
package policy.slsa

import data.lib.purl
import rego.v1

# METADATA
# title: Builder
# description: The builder is not one of those in data.trusted_builders.
# custom:
#   short_name: untrusted_builder
#   failure_msg: "Builder %q is not trusted"
#   solution: >-
#     Add the builder to `trusted_builders`, or build with one that is there.
#   collections:
#   - minimal
#   - slsa3
#   effective_on: 2024-01-01T00:00:00Z
deny contains result if {
	some att in attestations
	not trusted(att.predicate.builder.id)
	result := violation(rego.metadata.chain(), [att.predicate.builder.id])
}

# METADATA
# title: Materials
# custom:
#   short_name: missing_materials
#   failure_msg: No materials in %d attestations
deny contains result if {
	count(attestations) > 0
	with_materials := [att | some att in attestations; count(object.get(att, ["predicate", "materials"], [])) > 0]
	count(with_materials) == 0
	result := violation(rego.metadata.chain(), [count(attestations)])
}

# METADATA
# title: Materials by digest
# custom:
#   short_name: unpinned_material
#   failure_msg: Material %s of %s has no digest
warn contains result if {
	some att in attestations
	some material in att.predicate.materials
	not material.digest
	result := violation(rego.metadata.chain(), [material.uri, att.subject[0].name])
}

attestations := [statement |
	some envelope in input.attestations
	envelope.payloadType == "application/vnd.in-toto+json"
	statement := json.unmarshal(base64.decode(envelope.payload))
	statement.predicateType in {
		"https://slsa.dev/provenance/v0.2",
		"https://slsa.dev/provenance/v1",
	}
]

trusted(id) if id in data.trusted_builders
trusted(id) if {
	some pattern in data.trusted_builder_patterns
	glob.match(pattern, ["/"], id)
}

# the fields of the rule's own annotations, with the values put in
violation(chain, params) := {
	"code": concat(".", array.concat(pkg, [rule.custom.short_name])),
	"msg": sprintf(rule.custom.failure_msg, params),
	"effective_on": object.get(rule.custom, "effective_on", "1970-01-01T00:00:00Z"),
} if {
	rule := chain[0].annotations
	pkg := [p | some i, p in chain[0].path; i > 0; i < count(chain[0].path) - 1]
}

in_effect(result) if time.parse_rfc3339_ns(result.effective_on) <= when

when := time.parse_rfc3339_ns(data.config.when) if data.config.when

else := time.now_ns()

blocking := {r | some r in deny; in_effect(r)}
later := deny - blocking
