package types.graph_functions

p := graph.reachable({"a": ["b"], "b": {"c"}}, ["a"])

q := graph.reachable_paths({"a": ["b"]}, {"a"})

r := graph.reachable(g, {"a"})

g[from] contains to if some from, to in input.edges
