namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf doctor</c>.</summary>
internal sealed record DoctorOptions
{
    /// <summary>The base URL of the deployment, that of a repository, or that of an index.</summary>
    public required Uri Url { get; init; }

    /// <summary>User name for HTTP Basic.</summary>
    public required string User { get; init; }

    /// <summary>The password; null to check what can be checked without.</summary>
    public string? Password { get; init; }

    /// <summary>Whether a file may be uploaded and deleted (<c>--upload</c>).</summary>
    public bool MayUpload { get; init; }

    /// <summary>Whether the findings are JSON (<c>--json</c>).</summary>
    public bool IsJson { get; init; }
}
