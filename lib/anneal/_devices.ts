/** A device as TensorFlow lists it. */
export interface Device {
  /** For example `/job:localhost/replica:0/task:0/device:CPU:0`. */
  name: string;
  /** `CPU` or `GPU`; XLA lists its own kinds beside them. */
  type: string;
  /** How much memory TensorFlow may take there, in bytes. */
  memoryBytes: number;
}

/** Where tensors are put: the binding takes a GPU whenever one is listed. */
export function deviceOf(devices: readonly Pick<Device, "type">[]): "gpu" | "cpu" {
  return devices.some((device) => device.type === "GPU") ? "gpu" : "cpu";
}
