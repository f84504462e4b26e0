package lib.hours_test

import data.lib.hours

working_days := ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]

schedules := {
	"office": {
		"zone": "Europe/Berlin",
		"windows": [{"days": working_days, "from": "08:00", "to": "18:00"}],
		"closed": ["2026-12-25"],
	},
	"nights": {"windows": [{"days": ["Friday"], "from": "22:00", "to": "06:00"}], "closed": ["2026-05-01"]},
	"new york nights": {
		"zone": "America/New_York",
		"windows": [{"days": ["Saturday"], "from": "23:00", "to": "04:00"}],
	},
	"sundays": {"windows": [{"days": ["Sunday"], "from": "00:00", "to": "24:00"}]},
	"a day and a night": {"windows": [{"days": ["Monday"], "from": "12:00", "to": "12:00"}]},
}

# Whether a schedule is open at a time.
is_open(name, at) := count(denials) == 0 if {
	denials := hours.denials with input as {"phase": "request", "time": at, "mcp": {"tool": "t"}}
		with data.tables.schedules as schedules
		with data.tables.scheduled as {"t": name}
}

test_open[at] if {
	some at, name in {
		"2026-01-30T07:00:00.000Z": "office",
		"2026-01-30T16:59:59.999Z": "office",
		"2026-07-30T06:00:00.000Z": "office",
		"2026-01-30T22:00:00.000Z": "nights",
		"2026-01-30T23:59:59.000Z": "nights",
		"2026-01-31T00:00:00.000Z": "nights",
		"2026-01-31T05:59:59.000Z": "nights",
		"2026-02-01T00:00:00.000Z": "sundays",
		"2026-02-01T23:59:59.000Z": "sundays",
		"2026-02-02T12:00:00.000Z": "a day and a night",
		"2026-02-03T11:59:00.000Z": "a day and a night",
		"2026-03-08T04:30:00.000Z": "new york nights",
		"2026-03-08T07:30:00.000Z": "new york nights",
		"2026-11-01T08:30:00.000Z": "new york nights",
	}
	is_open(name, at)
}

test_closed[at] if {
	some at, name in {
		"2026-01-30T06:59:59.000Z": "office",
		"2026-01-30T17:00:00.000Z": "office",
		"2026-01-31T12:00:00.000Z": "office",
		"2026-12-25T12:00:00.000Z": "office",
		"2026-07-30T16:00:00.000Z": "office",
		"2026-01-30T21:59:59.000Z": "nights",
		"2026-01-31T06:00:00.000Z": "nights",
		"2026-01-31T22:00:00.000Z": "nights",
		"2026-01-30T05:00:00.000Z": "nights",
		"2026-05-01T23:00:00.000Z": "nights",
		"2026-05-02T03:00:00.000Z": "nights",
		"2026-01-31T23:59:59.000Z": "sundays",
		"2026-02-02T00:00:00.000Z": "sundays",
		"2026-02-02T11:59:00.000Z": "a day and a night",
		"2026-02-03T12:00:00.000Z": "a day and a night",
		"2026-03-08T03:30:00.000Z": "new york nights",
		"2026-03-08T08:30:00.000Z": "new york nights",
		"2026-11-01T09:30:00.000Z": "new york nights",
	}
	not is_open(name, at)
}

test_a_schedule_that_does_not_exist_is_closed if {
	not is_open("never", "2026-01-30T12:00:00.000Z")
}

test_a_tool_without_a_schedule_is_always_possible if {
	hours.denials == set() with input as {"phase": "request", "time": "2026-01-30T03:00:00.000Z", "mcp": {"tool": "other"}}
		with data.tables.schedules as schedules
		with data.tables.scheduled as {"t": "office"}
}

test_lists_show_what_is_closed if {
	hours.denials == set() with input as {"phase": "list", "time": "2026-01-31T12:00:00.000Z", "mcp": {"tool": "t"}}
		with data.tables.schedules as schedules
		with data.tables.scheduled as {"t": "office"}
}

test_the_reason_says_which_hours if {
	denials := hours.denials with input as {"phase": "request", "time": "2026-01-31T12:00:00.000Z", "mcp": {"tool": "t"}}
		with data.tables.schedules as schedules
		with data.tables.scheduled as {"t": "office"}
	denials == {"t is possible in the hours of office only"}
}
