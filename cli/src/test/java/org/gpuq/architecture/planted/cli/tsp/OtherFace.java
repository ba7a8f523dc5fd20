package org.gpuq.architecture.planted.cli.tsp;

public class OtherFace {}
