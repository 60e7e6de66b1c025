using System.Text.Json;
using System.Text.Json.Serialization;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>A successful response of the management API, as JSON.</summary>
internal sealed class ManagementResponse
{
    private readonly byte[] _json;

    private ManagementResponse(object content) => _json = JsonSerializer.SerializeToUtf8Bytes(content, Options);

    private static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    /// <summary>The files that were changed.</summary>
    public static ManagementResponse Files(ProjectName project, IReadOnlyList<DistributionFilename> files) => new(new
    {
        Project = project.ToString(),
        Files = files.Select(file => file.ToString()),
    });

    /// <summary>A project's record: status, yanks and deletions.</summary>
    public static ManagementResponse Record(ProjectName project, ProjectRecord record) => new(new
    {
        Project = project.ToString(),
        Status = record.Status.Text(),
        Reason = record.StatusReason,
        YankedVersions = record.YankedVersions.ToDictionary(yank => yank.Key.ToString(), yank => yank.Value),
        record.YankedFiles,
        Deleted = record.Deleted.ToDictionary(
            deletion => deletion.Key, deletion => new { At = PageFile.FormatUploadTime(deletion.Value.At), Sha256 = deletion.Value.Sha256.ToString() }),
        DeletedVersions = record.DeletedVersions.ToDictionary(deletion => deletion.Key.ToString(), deletion => PageFile.FormatUploadTime(deletion.Value)),
    });

    public Task WriteAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = _json.Length;
        http.Response.Headers.CacheControl = "no-store";

        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(_json, http.RequestAborted).AsTask();
    }
}
