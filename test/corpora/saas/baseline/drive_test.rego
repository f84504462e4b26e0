package drive_test

import data.drive

files := {"ann": [{"id": "secret-1", "shared_with": ["x@evil.test", "y@example.org"]}, {"id": "a", "shared_with": []}], "bob": [{"id": "draft-2", "shared_with": ["nobody"]}, {"id": "z", "shared_with": ["q@w.e"]}]}

test_external if drive.external == {"ann": {"secret-1"}, "bob": {"draft-2", "z"}} with input.files as files

test_risk if drive.risk == {"ann": 10, "bob": 6} with input.files as files

test_worst if drive.worst == ["bob", "ann"] with input.files as files

test_limits if drive.limit == {"mail": 30, "chat": 1.5, "drive": 7}

test_other_domains if {
	drive.external == {} with input.files as files with data.data.allowed_domains as ["evil.test", "example.org", "w.e"]
		with data.drive.is_internal as true
}

test_wrong_domain if {
	e := drive.external with input.files as files with data.data.allowed_domains as []
	print(e)
	e.ann == set()
}
