using BenchmarkDotNet.Attributes;
using PyWharf.Domain;

namespace PyWharf.Micro;

/// <summary>What is parsed for each file of an index, of an upload and of an upstream page.</summary>
[MemoryDiagnoser]
public class NameBenchmarks
{
    private readonly ProjectName _project = Parsed("my-package");
    private readonly PackageVersion _old = Version("1!2.10.3rc1.post2");
    private readonly PackageVersion _new = Version("1!2.10.3rc1.post10");
    private readonly DistributionFilename _wheel = Wheel("My_Package-2.10.3-1-cp311.cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl");

    [Benchmark]
    public bool Project_name_in_normal_form() => ProjectName.TryParse("my-package", out _);

    [Benchmark]
    public bool Project_name_in_another_form() => ProjectName.TryParse("My__Package.Extra", out _);

    [Benchmark]
    public bool Version_in_normal_form() => PackageVersion.TryParse("2.10.3", out _);

    [Benchmark]
    public bool Version_in_another_form() => PackageVersion.TryParse(" v2.10.3-RC.1+Ubuntu-7 ", out _);

    [Benchmark]
    public int Comparing_versions() => _old.CompareTo(_new);

    [Benchmark]
    public bool Requires_python() => RequiresPython.TryParse(">=3.8,!=3.9.*,<4", out _);

    [Benchmark]
    public bool Filename_of_a_wheel() => DistributionFilename.TryParse("my_package-2.10.3-py3-none-any.whl", out _);

    [Benchmark]
    public bool Filename_of_an_sdist() => DistributionFilename.TryParse("my_package-2.10.3.tar.gz", out _);

    [Benchmark]
    public bool Filename_in_a_storage() => DistributionFilename.TryParseStored("my_package-2.10.3-py3-none-any.whl", _project, out _);

    [Benchmark]
    public DistributionIdentity Identity_of_a_wheel() => _wheel.Identity;

    private static ProjectName Parsed(string text) => ProjectName.TryParse(text, out var name) ? name : throw new ArgumentException(text);

    private static PackageVersion Version(string text) => PackageVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);

    private static DistributionFilename Wheel(string text) => DistributionFilename.TryParse(text, out var name) ? name : throw new ArgumentException(text);
}
