package k8srequiredlabels

no_default = "message"

test_input_no_required_labels {
    input := {"review": review({"some": "label"}), "parameters": {}}
    results := violation with input as input
    count(results) == 0
}
test_input_missing_labels {
    input := {"review": review({"some": "label"}), "parameters": {"labels": [lbl("other", "l.*"), lbl("third", "")]}}
    results := violation with input as input
    count(results) == 1
    results[{"msg": `you must provide labels: {"other", "third"}`, "details": {"missing_labels": {"other", "third"}}}]
}
test_input_wrong_value { results := violation with input as {"review": review({"some": "xlabel"}), "parameters": {"labels": [lbl("some", "^l.*")]}}
    count(results) == 1 }
test_message {
    input := {"review": review({"some": "label"}), "parameters": {"message": "WRONG", "labels": [lbl("some", "^x")]}}
    results := violation with input as input
    results == {{"msg": "WRONG"}}
}

test_wrong_label_list[msg] {
    some i
    cases := [["a", true], ["b", true], ["c", false]]
    [msg, want] := cases[i]
    got := count(violation) == 0 with input as {"review": review({"c": "1"}), "parameters": {"labels": [lbl(msg, "")]}}
    got == want
}

lbl(k, v) = {"key": k, "allowedRegex": v}

review(labels) = output {
  output = {
    "object": {
      "metadata": {
        "name": "nginx",
        "labels": labels
      },
    }
  }
}
