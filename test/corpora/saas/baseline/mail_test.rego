package mail_test
import rego.v1
import data.mail
import data.utils.report.DOC_URL
import data.utils.report.FAIL
import data.utils.report.PASS

CorrectTestResult(PolicyId, Output, ReportDetails) := true if {
    RuleOutput := [Result | some Result in Output; Result.PolicyId == PolicyId]
    count(RuleOutput) == 1
    RuleOutput[0].RequirementMet == true
    RuleOutput[0].ReportDetails == ReportDetails
} else := false

IncorrectTestResult(PolicyId, Output, ReportDetails) := true if {
    RuleOutput := [Result | some Result in Output; Result.PolicyId == PolicyId]
    count(RuleOutput) == 1
    RuleOutput[0].RequirementMet == false
    RuleOutput[0].ReportDetails == ReportDetails
} else := false

#
# MAIL.1.1v1
#--
test_AutoForwardEnabled_Correct if {
    Output := mail.tests with input as {
        "remote_domains": [
            {
                "AutoForwardEnabled": false,
                "DomainName": "Test name"
            }
        ]
    }
    CorrectTestResult("MAIL.1.1v1", Output, PASS) == true
}

test_AutoForwardEnabled_Incorrect_V1 if {
    Output := mail.tests with input as {"remote_domains": [{"AutoForwardEnabled": true, "DomainName": "Test name"}]}
    ReportDetailString := "1 item(s) of 1 do not meet the requirement:<br/>Test name"
    IncorrectTestResult("MAIL.1.1v1", Output, ReportDetailString) == true
}

test_Spf_Incorrect if {
    Output := mail.tests with input as {"spf_records": [
        {"rdata": ["v=spf1 -all"], "domain": "a.example"},
        {"rdata": ["v=spf1 ~all", "other"], "domain": "b.example"},
        {"rdata": [], "domain": "c.example"},
        {"rdata": ["v=spf1 include:x redirect=y"], "domain": "d.example"}]}
    IncorrectTestResult("MAIL.2.2v2", Output, "2 failing domains: b.example, c.example") == true
}

test_Manual if {
    Output := mail.tests with input as {}
    Details := sprintf("Not checked automatically. See <a href=\"%v/1\" target=\"_blank\">the manual steps</a> for MAIL.3.1v1", [DOC_URL])
    not CorrectTestResult("MAIL.3.1v1", Output, Details)
}

test_Retention if {
    R := mail.Retention with input.retention as [{"Kind": "mail", "Days": 30}, {"Kind": "mail", "Days": 90}, {"Kind": "x", "Days": 1}]
    R == {"mail": 90}
    mail.RetentionOf("chat") == 0 with input.retention as []
}

test_Summary if {
    S := mail.Summary with input as {"remote_domains": [], "spf_records": []}
    S["MAIL.1.1v1"] == {"passed": 1, "all": 1}
    S["MAIL.3.1v1"].passed == 0
}

test_Days[date] if {
    some date, days in {"2024-01-11": 10, "2024-01-01": 0, "2023-12-31": -1}
    data.utils.report.DaysUntil(date) == days with time.now_ns as time.parse_rfc3339_ns("2024-01-01T00:00:00Z")
}

test_Format if data.utils.report.Format({"a": 1}) == "{\"a\":1}"

test_FailMessage if FAIL == data.utils.report.ReportDetailsBoolean(false)
