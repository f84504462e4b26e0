package k8suniqueingresshost

test_no_data {
    input := {"review": review(ingress("my-ingress", "prod", my_rules1, "extensions/v1beta1"))}
    results := violation with input as input
    count(results) == 0
}

test_identical_namespace {
    input := {"review": review(ingress("my-ingress", "prod", my_rules1, "extensions/v1beta1"))}
    inv := inventory_data([ingress("my-ingress", "prod", my_rules1, "extensions/v1beta1")])

    results := violation with input as input with data.inventory as inv
    count(results) == 0
}

test_collision {
    input := {"review": review(ingress("my-ingress", "prod", my_rules1, "extensions/v1beta1"))}
    inv := inventory_data([ingress("my-ingress1", "prod", my_rules2, "networking.k8s.io/v1"), ingress("z", "dev", my_rules1, "v1")])

    results := violation with input as input
                         with data.inventory as inv
    trace(sprintf("found %d", [count(results)]))
    count(results) == 1
}
test_wild { wild("a.b.c", "*.b.c") ; wild("x", "x") ; wild("x", "") == false; wild("y", "x") == null }

my_rules1 = [{"host": "a.abc.com","http": {"paths": [{ "backend": { "serviceName": "nginx2", "servicePort": 80 }}]}}]
my_rules2 = [{"host": "a.abc.com"}, {"host": "b.abc.com"}]

review(ing) = output {
    output = {
        "kind": { "kind": "Ingress", "version": "v1beta1", "group": "extensions" },
        "namespace": ing.metadata.namespace,
        "name": ing.metadata.name,
        "object": ing
    }
}

ingress(name, ns, rules, apiversion) = out {
    out = { "kind": "Ingress", "apiVersion": apiversion, "metadata": { "name": name, "namespace": ns }, "spec": { "rules": rules } }
}

inventory_data(ingresses) = out {
    namespaces := {ns | ns = ingresses[_].metadata.namespace}
    out = {
        "namespace": {
            ns: {
                api: {
                    "Ingress": {name: ing | ing = ingresses[_]; ing.metadata.namespace = ns; ing.metadata.name = name; ing.apiVersion = api}
                } | api = ingresses[_].apiVersion
            } | ns = namespaces[_]
        }
    }
}
