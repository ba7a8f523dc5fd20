"""Stands in for pynvml in a dry run."""

import ctypes

import nvml
from nvml import Failed as NVMLError  # noqa: F401

NVML_CLOCK_GRAPHICS, NVML_CLOCK_SM, NVML_CLOCK_MEM = 0, 1, 2
NVML_TEMPERATURE_GPU = 0
nvmlMemory_v2 = 0x02000028
_devices = []


def nvmlInit():
    _devices[:] = nvml.devices()


def nvmlShutdown():
    nvml.call("nvmlShutdown")


def nvmlDeviceGetHandleByIndex(index):
    return _devices[index]


def nvmlDeviceGetMemoryInfo(device, version):
    return nvml.structure("nvmlDeviceGetMemoryInfo_v2", nvml.Memory, device, version=version)


def nvmlDeviceGetUtilizationRates(device):
    return nvml.structure("nvmlDeviceGetUtilizationRates", nvml.Utilization, device)


def nvmlDeviceGetPciInfo(device):
    return nvml.structure("nvmlDeviceGetPciInfo_v3", nvml.PciInfo, device)


def nvmlDeviceGetTemperature(device, sensor):
    return nvml.number("nvmlDeviceGetTemperature", device, sensor)


def nvmlDeviceGetClockInfo(device, domain):
    return nvml.number("nvmlDeviceGetClockInfo", device, domain)


def nvmlDeviceGetTotalEccErrors(device, kind, counter):
    return nvml.number("nvmlDeviceGetTotalEccErrors", device, kind, counter, kind=ctypes.c_ulonglong)


def nvmlDeviceGetRemappedRows(device):
    return _several("nvmlDeviceGetRemappedRows", device, 4)


def nvmlDeviceGetMigMode(device):
    return _several("nvmlDeviceGetMigMode", device, 2)


def nvmlDeviceGetNvLinkState(device, link):
    return nvml.number("nvmlDeviceGetNvLinkState", device, link)


def nvmlDeviceGetNvLinkRemotePciInfo(device, link):
    return nvml.structure("nvmlDeviceGetNvLinkRemotePciInfo_v2", nvml.PciInfo, device, link)


def nvmlDeviceGetTopologyCommonAncestor(one, other):
    return nvml.number("nvmlDeviceGetTopologyCommonAncestor", one, other)


def nvmlDeviceGetFieldValues(device, fields):
    values = (nvml.FieldValue * len(fields))(*[nvml.FieldValue(fieldId=field) for field in fields])
    nvml.call("nvmlDeviceGetFieldValues", device, len(fields), values)
    return list(values)


def _several(name, device, count):
    outs = [ctypes.c_uint() for _ in range(count)]
    nvml.call(name, device, *[ctypes.byref(out) for out in outs])
    return [out.value for out in outs]


def _define():
    numbers = ["MinorNumber", "Index", "PowerUsage", "EnforcedPowerLimit", "ComputeMode", "PersistenceMode"]
    wide = ["TotalEnergyConsumption", "CurrentClocksEventReasons", "SupportedEventTypes"]
    for name in ("nvmlDeviceGetUUID", "nvmlDeviceGetName"):
        globals()[name] = lambda device, name=name: nvml.text(name, device)
    for name in (f"nvmlDeviceGet{it}" for it in numbers):
        globals()[name] = lambda device, name=name: nvml.number(name, device)
    for name in (f"nvmlDeviceGet{it}" for it in wide):
        globals()[name] = lambda device, name=name: nvml.number(name, device, kind=ctypes.c_ulonglong)
    for kind in ("Compute", "Graphics", "MPSCompute"):
        name = f"nvmlDeviceGet{kind}RunningProcesses"
        globals()[name] = lambda device, name=name: nvml.processes(f"{name}_v3", device)


_define()
