package utils.report
import rego.v1

#############
# Constants #
#############

FAIL := "Requirement not met"

PASS := "Requirement met"

DOC_URL := "https://docs.example.org/baselines"

######################
# Pass/fail messages #
######################

# Message for a boolean status
ReportDetailsBoolean(true) := PASS
ReportDetailsBoolean(false) := FAIL

ReportDetailsString(true, _) := PASS
ReportDetailsString(false, String) := String

ReportDetailsArray(Status, Array1, Array2) := Detail if {
    Status == true
    Fraction := sprintf("%d of %d", [count(Array1), count(Array2)])
    Detail := concat(" ", [Fraction, "items meet the requirement"])
}

ReportDetailsArray(Status, Array1, Array2) := Detail if {
    Status == false
    count(Array1) > 0
    String := sprintf("%d item(s) of %d do not meet the requirement:<br/>%s",
        [count(Array1), count(Array2), concat(", ", [Format(x) | some x in Array1])])
    Detail := String
}

Format(x) := x if is_string(x)
Format(x) := json.marshal(x) if not is_string(x)

NotCheckedDetails(PolicyId) := sprintf(
    "Not checked automatically. See <a href=\"%v/%v\" target=\"_blank\">the manual steps</a> for %v",
    [DOC_URL, lower(split(PolicyId, ".")[1]), PolicyId]
)

IsEmptyContainer(container) if count({c | some c in container; c != ""}) == 0

# Dates of licences, in nanoseconds
DaysUntil(date) := floor((time.parse_ns("2006-01-02", date) - time.now_ns()) / (((1000 * 1000) * 1000) * 60 * 60 * 24))
