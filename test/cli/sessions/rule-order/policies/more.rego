package rules.more
