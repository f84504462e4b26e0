package types.partial_object_nested_head

team.members[name].age := 3 if some name in ["a"]

p if team.members.a.age == "three"
