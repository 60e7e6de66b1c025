using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PyWharf.Micro;

// In this process: another toolchain would generate and build a project for each run.
var config = ManualConfig.Create(DefaultConfig.Instance)
    .WithArtifactsPath("artifacts/benchmarks")
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));

BenchmarkSwitcher.FromAssembly(typeof(NameBenchmarks).Assembly).Run(args, config);
