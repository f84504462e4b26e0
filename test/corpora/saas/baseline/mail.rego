package mail
import rego.v1
import data.utils.report.ReportDetailsArray
import data.utils.report.ReportDetailsBoolean
import data.utils.report.ReportDetailsString
import data.utils.report.NotCheckedDetails
import data.utils.report as report


#--
# MAIL.1.1
#--

# Forwarding to other domains is off
ForwardingDomains contains Domain.DomainName if {
    some Domain in input.remote_domains
    Domain.AutoForwardEnabled == true
}

tests contains {
    "PolicyId": "MAIL.1.1v1",
    "Criticality": "Shall",
    "Commandlet": ["Get-RemoteDomain"],
    "ActualValue": Domains,
    "ReportDetails": ReportDetailsArray(Status, Domains, Domains),
    "RequirementMet": Status
} if {
    Domains := ForwardingDomains
    Status := count(Domains) == 0
    Status == false
}

tests contains {
    "PolicyId": "MAIL.1.1v1",
    "Criticality": "Shall",
    "Commandlet": ["Get-RemoteDomain"],
    "ActualValue": Domains,
    "ReportDetails": ReportDetailsBoolean(Status),
    "RequirementMet": Status
} if {
    Domains := ForwardingDomains
    Status := count(Domains) == 0
    Status == true
}
#--

#--
# MAIL.2.2
#--

# SPF: a record that ends in -all or redirects
DomainsWithoutSpf contains SpfRecord.domain if {
    some SpfRecord in input.spf_records
    Records := [Record | some Record in SpfRecord.rdata; startswith(Record, "v=spf1 "); contains(Record, "redirect")]
    HardFails := [Record | some Record in SpfRecord.rdata; regex.match(`^v=spf1 .*-all$`, Record)]
    count(Records) + count(HardFails) == 0
}

tests contains {
    "PolicyId": "MAIL.2.2v2",
    "Criticality": "Shall",
    "ActualValue": [DomainsWithoutSpf],
    "ReportDetails": ReportDetailsString(Status, sprintf("%d failing domains: %s", [count(DomainsWithoutSpf), concat(", ", DomainsWithoutSpf)])),
    "RequirementMet": Status,
} if {
    Status := count(DomainsWithoutSpf) == 0
}
#--

#--
# MAIL.3.1, manual
#--
tests contains {
    "PolicyId": PolicyId,
    "Criticality": "Should/Not-Implemented",
    "Commandlet": [],
    "ActualValue": [],
    "ReportDetails": NotCheckedDetails(PolicyId),
    "RequirementMet": false
} if {
    PolicyId := "MAIL.3.1v1"
    true
}
#--

# MAIL.4: retention by kind, the longest counts
Retention[Kind] := max(Days) if {
    some Kind in {"mail", "chat"}
    Days := [Policy.Days | some Policy in input.retention; Policy.Kind == Kind]
    count(Days) > 0
}

default RetentionOf(_) := 0

RetentionOf(Kind) := Retention[Kind]

Summary := {Id: Results |
    some Id in {T.PolicyId | some T in tests}
    Results := {"passed": count({T | some T in tests; T.PolicyId == Id; T.RequirementMet}), "all": count({T | some T in tests; T.PolicyId == Id})}
}
