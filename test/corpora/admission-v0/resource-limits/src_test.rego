package k8scontainerlimits

test_mem_0 {
  input := {"review": review({"name": "c0", "resources": {"limits": {"memory": "1", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "1", results)
  count(results) == 0
}

test_wrong_mem_1 {
  input := {"review": review({"name": "c1", "resources": {"limits": {"memory": "1k", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "1k", results)
  count(results) == 1
}

test_wrong_mem_2 {
  input := {"review": review({"name": "c2", "resources": {"limits": {"memory": "1Ki", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "1Ki", results)
  count(results) == 2
}

test_mem_3 {
  input := {"review": review({"name": "c3", "resources": {"limits": {"memory": "2Mi", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "2Mi", results)
  count(results) == 0
}

test_mem_4 {
  input := {"review": review({"name": "c4", "resources": {"limits": {"memory": "3Gi", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "3Gi", results)
  count(results) == 1
}

test_wrong_mem_5 {
  input := {"review": review({"name": "c5", "resources": {"limits": {"memory": "4E", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "4E", results)
  count(results) == 2
}

test_wrong_mem_6 {
  input := {"review": review({"name": "c6", "resources": {"limits": {"memory": "5P", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "5P", results)
  count(results) == 0
}

test_mem_7 {
  input := {"review": review({"name": "c7", "resources": {"limits": {"memory": "6T", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "6T", results)
  count(results) == 1
}

test_wrong_mem_8 {
  input := {"review": review({"name": "c8", "resources": {"limits": {"memory": "7G", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "7G", results)
  count(results) == 2
}

test_mem_9 {
  input := {"review": review({"name": "c9", "resources": {"limits": {"memory": "8M", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "8M", results)
  count(results) == 0
}

test_wrong_mem_10 {
  input := {"review": review({"name": "c10", "resources": {"limits": {"memory": "10m", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "10m", results)
  count(results) == 1
}

test_wrong_mem_11 {
  input := {"review": review({"name": "c11", "resources": {"limits": {"memory": "", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "", results)
  count(results) == 2
}

test_wrong_mem_12 {
  input := {"review": review({"name": "c12", "resources": {"limits": {"memory": "x", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "x", results)
  count(results) == 0
}

test_mem_13 {
  input := {"review": review({"name": "c13", "resources": {"limits": {"memory": "1x", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "1x", results)
  count(results) == 1
}

test_wrong_mem_14 {
  input := {"review": review({"name": "c14", "resources": {"limits": {"memory": "1ix", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "1ix", results)
  count(results) == 2
}

test_mem_15 {
  input := {"review": review({"name": "c15", "resources": {"limits": {"memory": "0.5Gi", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "0.5Gi", results)
  count(results) == 0
}

test_mem_16 {
  input := {"review": review({"name": "c16", "resources": {"limits": {"memory": "1e3", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "1e3", results)
  count(results) == 1
}

test_wrong_mem_17 {
  input := {"review": review({"name": "c17", "resources": {"limits": {"memory": "µ", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "µ", results)
  count(results) == 2
}

test_wrong_mem_18 {
  input := {"review": review({"name": "c18", "resources": {"limits": {"memory": "12Kim", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "12Kim", results)
  count(results) == 0
}

test_mem_19 {
  input := {"review": review({"name": "c19", "resources": {"limits": {"memory": " 1 ", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", " 1 ", results)
  count(results) == 1
}

test_wrong_mem_20 {
  input := {"review": review({"name": "c20", "resources": {"limits": {"memory": "00", "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": 2}}
  results := violation with input as input
  print("case", "00", results)
  count(results) == 2
}

test_cpu_0 { count(violation) == 0 with input as {"review": review({"name": "c0", "resources": {"limits": {"memory": 1, "cpu": "1"}}}), "parameters": {"memory": "2Gi", "cpu": "1500m"}} }

test_wrong_cpu_1 { count(violation) == 1 with input as {"review": review({"name": "c1", "resources": {"limits": {"memory": 1, "cpu": "100m"}}}), "parameters": {"memory": "2Gi", "cpu": "1500m"}} }

test_cpu_2 { count(violation) == 0 with input as {"review": review({"name": "c2", "resources": {"limits": {"memory": 1, "cpu": "0.5"}}}), "parameters": {"memory": "2Gi", "cpu": "1500m"}} }

test_cpu_3 { count(violation) == 1 with input as {"review": review({"name": "c3", "resources": {"limits": {"memory": 1, "cpu": "2"}}}), "parameters": {"memory": "2Gi", "cpu": "1500m"}} }

test_wrong_cpu_4 { count(violation) == 0 with input as {"review": review({"name": "c4", "resources": {"limits": {"memory": 1, "cpu": "x"}}}), "parameters": {"memory": "2Gi", "cpu": "1500m"}} }

test_cpu_5 { count(violation) == 1 with input as {"review": review({"name": "c5", "resources": {"limits": {"memory": 1, "cpu": ""}}}), "parameters": {"memory": "2Gi", "cpu": "1500m"}} }

test_cpu_6 { count(violation) == 0 with input as {"review": review({"name": "c6", "resources": {"limits": {"memory": 1, "cpu": "10mm"}}}), "parameters": {"memory": "2Gi", "cpu": "1500m"}} }

test_cpu_7 { count(violation) == 1 with input as {"review": review({"name": "c7", "resources": {"limits": {"memory": 1, "cpu": "1.5.1"}}}), "parameters": {"memory": "2Gi", "cpu": "1500m"}} }

test_wrong_cpu_8 { count(violation) == 0 with input as {"review": review({"name": "c8", "resources": {"limits": {"memory": 1, "cpu": "m"}}}), "parameters": {"memory": "2Gi", "cpu": "1500m"}} }

test_suffix_0 {
	got := get_suffix("1")
	got == ""
}

test_suffix_1 {
	got := get_suffix("1k")
	got == "k"
}

test_suffix_2 {
	got := get_suffix("1Ki")
	got == "Ki"
}

test_suffix_3 {
	got := get_suffix("2Mi")
	got == "Mi"
}

test_suffix_4 {
	got := get_suffix("3Gi")
	got == "Gi"
}

test_suffix_5 {
	got := get_suffix("4E")
	got == "E"
}

test_suffix_6 {
	got := get_suffix("5P")
	got == "P"
}

test_suffix_7 {
	got := get_suffix("6T")
	got == "T"
}

test_suffix_8 {
	got := get_suffix("7G")
	got == "G"
}

test_suffix_9 {
	got := get_suffix("8M")
	got == "M"
}

test_suffix_10 {
	got := get_suffix("10m")
	got == "m"
}

test_suffix_11 {
	got := get_suffix("")
	got == ""
}

test_wrong_suffix_12 {
	got := get_suffix("x")
	got == "x"
}

test_wrong_suffix_13 {
	got := get_suffix("1x")
	got == "x"
}

test_wrong_suffix_14 {
	got := get_suffix("1ix")
	got == "ix"
}

test_suffix_15 {
	got := get_suffix("0.5Gi")
	got == "Gi"
}

test_wrong_suffix_16 {
	got := get_suffix("1e3")
	got == "e"
}

test_wrong_suffix_17 {
	got := get_suffix("µ")
	got == "µ"
}

test_wrong_suffix_18 {
	got := get_suffix("12Kim")
	got == "Kim"
}

test_wrong_suffix_19 {
	got := get_suffix(" 1 ")
	got == "  "
}

test_suffix_20 {
	got := get_suffix("00")
	got == ""
}

review(c) = {"object": {"spec": {"containers": [c]}}}
