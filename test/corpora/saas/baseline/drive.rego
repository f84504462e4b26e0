package drive

import data.data as settings

# external sharing, per user
external[user] contains file.id if {
	some user, files in input.files
	some file in files
	some grantee in file.shared_with
	not is_internal(grantee)
}

is_internal(address) if {
	[_, domain] := split(address, "@")
	domain in settings.allowed_domains
} else := false if {
	not contains(address, "@")
}

risk[user] := score if {
	some user, ids in external
	score := sum([w | some id in ids; w := weight(id)])
	score > 0
}

weight(id) := 10 if startswith(id, "secret-")
else := 5 if startswith(id, "draft-")
else := 1

worst := [u | some r in sort({[s, u] | some u, s in risk}); u := r[1]]

limit.mail := settings.limits.mail

limit.chat := settings.limits.chat

limit[kind] := 7 if some kind in {"drive"}
