namespace PyWharf.Infrastructure.Doctor;

/// <summary>The clients whose requests the checks repeat.</summary>
internal static class Clients
{
    public static readonly string[] Installers = ["pip", "uv", "poetry", "pdm"];

    public static readonly string[] Uploaders = ["twine", "uv publish", "poetry publish", "hatch", "flit"];

    public static readonly string[] All = [.. Installers, .. Uploaders];

    /// <summary>Those that read the metadata within a wheel by range requests.</summary>
    public static readonly string[] RangeReaders = ["uv", "pip (fast-deps)", "poetry"];
}
