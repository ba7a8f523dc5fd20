"""NVML through ctypes, as far as the stand-ins need it. Layouts are written down here once more, so that a mistake in the
bindings' own does not agree with itself."""

import ctypes
import os

library = ctypes.CDLL(os.environ["GPUQ_NVML"])
SUCCESS, NOT_SUPPORTED, INSUFFICIENT_SIZE = 0, 3, 7


class Failed(Exception):
    def __init__(self, value):
        super().__init__(f"NVML error {value}")
        self.value = value


class PciInfo(ctypes.Structure):
    _fields_ = [("busIdLegacy", ctypes.c_char * 16), ("domain", ctypes.c_uint), ("bus", ctypes.c_uint),
                ("device", ctypes.c_uint), ("pciDeviceId", ctypes.c_uint), ("pciSubSystemId", ctypes.c_uint),
                ("busId", ctypes.c_char * 32)]


class Memory(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint), ("total", ctypes.c_ulonglong), ("reserved", ctypes.c_ulonglong),
                ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


class Utilization(ctypes.Structure):
    _fields_ = [("gpu", ctypes.c_uint), ("memory", ctypes.c_uint)]


class Process(ctypes.Structure):
    _fields_ = [("pid", ctypes.c_uint), ("usedGpuMemory", ctypes.c_ulonglong), ("gpuInstanceId", ctypes.c_uint),
                ("computeInstanceId", ctypes.c_uint)]


class FieldValue(ctypes.Structure):
    _fields_ = [("fieldId", ctypes.c_uint), ("scopeId", ctypes.c_uint), ("timestamp", ctypes.c_longlong),
                ("latencyUsec", ctypes.c_longlong), ("valueType", ctypes.c_uint), ("nvmlReturn", ctypes.c_uint),
                ("value", ctypes.c_ulonglong)]


def call(name, *arguments):
    code = getattr(library, name)(*arguments)
    if code != SUCCESS:
        raise Failed(code)


def text(name, device, length=96):
    out = ctypes.create_string_buffer(length)
    call(name, device, out, length)
    return out.value.decode()


def number(name, *arguments, kind=ctypes.c_uint):
    out = kind()
    call(name, *arguments, ctypes.byref(out))
    return out.value


def structure(name, kind, *arguments, **fields):
    out = kind(**fields)
    call(name, *arguments, ctypes.byref(out))
    return out


def devices():
    call("nvmlInit_v2")
    handles = []
    for index in range(number("nvmlDeviceGetCount_v2")):
        handles.append(ctypes.c_void_p(number("nvmlDeviceGetHandleByIndex_v2", index, kind=ctypes.c_void_p)))
    return handles


def processes(name, device):
    room = ctypes.c_uint(64)
    while True:
        out = (Process * room.value)()
        code = getattr(library, name)(device, ctypes.byref(room), out)
        if code == SUCCESS:
            return [out[at] for at in range(room.value)]
        if code != INSUFFICIENT_SIZE:
            raise Failed(code)
