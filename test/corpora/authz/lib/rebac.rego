package authz.rebac

# tuples: object#relation@subject
tuples contains {"object": o, "relation": r, "subject": s} if {
	some line in data.tuples
	[[_, o, r, s]] := regex.find_all_string_submatch_n(`^([^#]+)#([^@]+)@(.+)$`, line, -1)
}

edges[node] contains next if {
	some t in tuples
	node := concat("#", [t.object, t.relation])
	next := t.subject
}

# relations that imply others
edges[node] contains next if {
	some t in tuples
	some stronger, weaker in {"owner": {"editor", "viewer"}, "editor": {"viewer"}}
	t.relation == stronger
	some w in weaker
	node := concat("#", [t.object, w])
	next := concat("#", [t.object, stronger])
}

reachable[node] := graph.reachable(edges, {node}) if some node, _ in edges

check(subject, relation, object) if {
	subject in reachable[sprintf("%s#%s", [object, relation])]
}

paths := graph.reachable_paths(edges, {concat("#", [input.object, input.relation])})
