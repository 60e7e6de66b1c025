using System.Text.Json;
using System.Text.Json.Serialization;
using PyWharf.Application.Access;
using PyWharf.Application.Rendering;
using PyWharf.Application.Resolution;
using PyWharf.Application.Tokens;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>A successful response of the management API, as JSON.</summary>
internal sealed class ManagementResponse
{
    private readonly byte[] _json;
    private readonly int _status;

    private ManagementResponse(object content, int status = StatusCodes.Status200OK) =>
        (_json, _status) = (JsonSerializer.SerializeToUtf8Bytes(content, Options), status);

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

    /// <summary>What is offered of a project, and which rule decided.</summary>
    public static ManagementResponse Explanation(Explanation explanation) => new(explanation);

    /// <summary>The tokens of a repository.</summary>
    public static ManagementResponse Tokens(IReadOnlyList<AccessToken> tokens) => new(new { Tokens = tokens.Select(TokenDescription.Of) });

    /// <summary>A new token with its text: the only response that has one.</summary>
    public static ManagementResponse Created(CreatedToken created)
    {
        var content = JsonSerializer.SerializeToNode(TokenDescription.Of(created.Token), Options)!.AsObject(); // an object is no JSON null
        content.Insert(0, "token", created.Text.Reveal());

        return new ManagementResponse(content, StatusCodes.Status201Created);
    }

    /// <summary>The token that was revoked.</summary>
    public static ManagementResponse Revoked(AccessToken token) =>
        new(new { Repository = token.Repository.ToString(), Name = token.Name.ToString(), Revoked = true });

    public Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = _status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = _json.Length;
        http.Response.Headers.CacheControl = "no-store";

        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(_json, http.RequestAborted).AsTask();
    }
}
