package lib.review

# Helpers around an AdmissionReview object.

default is_gatekeeper = false

is_gatekeeper {
  has_field(input, "review")
  has_field(input.review, "object")
}

object = input {
  not is_gatekeeper
}

object = input.review.object {
  is_gatekeeper
}

format(msg) = gatekeeper_format {
  is_gatekeeper
  gatekeeper_format = {"msg": msg}
}

format(msg) = msg {
  not is_gatekeeper
}

name = object.metadata.name

kind = object.kind

is_service { kind = "Service" }
is_deployment { kind = "Deployment" }
is_pod { kind = "Pod" }

# pod templates of the kinds that have one
workload_kinds := {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}

pods[pod] {
  workload_kinds[kind]
  pod = object.spec.template
}

pods[pod] {
  is_pod
  pod = object
}

pods[pod] {
  kind == "CronJob"
  pod = object.spec.jobTemplate.spec.template
}

containers[container] {
  pods[pod]
  all_containers = pod_containers(pod)
  container = all_containers[_]
}

pod_containers(pod) = all_containers {
  keys := {"containers", "initContainers"}
  all_containers = [c | keys[k]; c = pod.spec[k][_]]
}

volumes[volume] {
  pods[pod]
  volume = pod.spec.volumes[_]
}

has_field(obj, field) {
  obj[field]
}
has_field(obj, field) {
  obj[field] == false
}

split_image(image) = [image, "latest"] {
  not contains(image, ":")
}
split_image(image) = [image_name, tag] {
  [image_name, tag] = split(image, ":")
}

get_default(object, field, _default) = output {
  has_field(object, field)
  output = object[field]
  output != null
}

get_default(object, field, _default) = output {
  has_field(object, field) == false
  output = _default
}

get_default(object, field, _default) = output { has_field(object, field); object[field] == null; output = _default }
