package org.gpuq.architecture.planted.cli.command;

import com.sun.net.httpserver.HttpServer;
import org.gpuq.architecture.planted.nvml.Library;

record AsksTheDriver(Library library, HttpServer server) {}
