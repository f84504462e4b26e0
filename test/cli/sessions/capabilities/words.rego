package words

p = strings.render_template("{{.a}}", {"a": 1})
