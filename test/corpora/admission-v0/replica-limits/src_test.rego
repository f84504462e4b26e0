package k8sreplicalimits

params = {"ranges": [{"min_replicas": 3, "max_replicas": 5}, {"min_replicas": 10, "max_replicas": 20}]}

test_replicas_0 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": -5}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_1 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": -4}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_2 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": -3}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_3 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": -2}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_4 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": -1}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_5 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 0}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_6 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 1}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_7 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 2}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_8 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 3}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_9 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 4}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_10 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 5}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_11 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 6}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_12 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 7}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_13 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 8}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_14 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 9}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_15 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 10}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_16 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 11}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_17 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 12}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_18 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 13}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_19 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 14}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_20 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 15}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_21 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 16}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_22 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 17}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_23 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 18}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_24 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 19}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_25 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 20}}}, "parameters": params}
    results := violation with input as input
    count(results) == 0
}
test_replicas_26 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 21}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_27 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 22}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_28 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 23}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_29 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 24}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_30 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 25}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_31 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 26}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_32 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 27}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_33 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 28}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_34 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 29}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_35 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 30}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_36 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 31}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_37 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 32}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_38 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 33}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
test_replicas_39 {
    input := {"review": {"kind": {"kind": "Deployment"}, "object": {"metadata": {"name": "d"}, "spec": {"replicas": 34}}}, "parameters": params}
    results := violation with input as input
    count(results) == 1
}
