# METADATA
# title: Business hours
# description: >-
#   When something is possible. `data.tables.schedules` has schedules by name: `zone`, `windows` of `days`, `from` and `to` (hh:mm, local), and `closed`, dates on which
#   no window begins. A window whose end is not after its beginning goes on past midnight, and belongs to the day it begins on.
#   `data.tables.scheduled` says which tool keeps to which schedule.
package lib.hours

denials contains sprintf("%s is possible in the hours of %s only", [input.mcp.tool, name]) if {
	input.phase != "list"
	name := data.tables.scheduled[input.mcp.tool]
	not open(name)
}

# A schedule that does not exist is never open.
open(name) if {
	schedule := data.tables.schedules[name]
	some window in schedule.windows
	within(window, schedule)
}

# Between two hours of a day.
within(window, schedule) if {
	window.from < window.to
	begins_on(window, schedule, today(schedule))
	window.from <= clock(schedule)
	clock(schedule) < window.to
}

# The evening of a window that goes on past midnight.
within(window, schedule) if {
	window.from >= window.to
	begins_on(window, schedule, today(schedule))
	window.from <= clock(schedule)
}

# Its morning.
within(window, schedule) if {
	window.from >= window.to
	begins_on(window, schedule, yesterday(schedule))
	clock(schedule) < window.to
}

begins_on(window, schedule, day) if {
	day.weekday in window.days
	not day.date in object.get(schedule, "closed", [])
}

now := time.parse_rfc3339_ns(input.time)

clock(schedule) := sprintf("%02d:%02d", array.slice(time.clock([now, zone(schedule)]), 0, 2))

zone(schedule) := object.get(schedule, "zone", "UTC")

today(schedule) := day_at(now, schedule)

# Noon of the day before, whatever happens to clocks in between.
yesterday(schedule) := day_at(noon - day_ns, schedule) if {
	[hours, minutes, seconds] := time.clock([now, zone(schedule)])
	noon := (now + (((12 - hours) * 3600) * second_ns)) - (((minutes * 60) + seconds) * second_ns)
}

day_at(ns, schedule) := {"weekday": time.weekday([ns, zone(schedule)]), "date": date} if {
	date := sprintf("%04d-%02d-%02d", time.date([ns, zone(schedule)]))
}

second_ns := 1000000000

day_ns := (24 * 3600) * second_ns
