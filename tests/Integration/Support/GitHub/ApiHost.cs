using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>What the API and the uploads host do with each request: who asks, how often, and whether the client has the answer already.</summary>
internal static class ApiHost
{
    public static Reply Answer(Call call)
    {
        if (call.Headers.UserAgent.Count == 0)
        {
            return new Reply(
                403,
                "Request forbidden by administrative rules. Please make sure your request has a User-Agent header."u8.ToArray(),
                "text/html; charset=utf-8");
        }

        var reply = Authenticate(call) ?? call.GitHub.RateLimits.Refusal(call) ?? Routes.Answer(call);
        if (call.Origin == Origin.Uploads)
        {
            return WithRequestId(call, reply);
        }

        reply = Conditional(call, reply);
        call.GitHub.RateLimits.Account(call, reply);
        if (call.Token is { Kind: TokenKind.Classic } token)
        {
            reply.With("X-OAuth-Scopes", string.Join(", ", token.Scopes.Order(StringComparer.Ordinal)));
        }

        return reply.With("X-GitHub-Media-Type", "github.v3; format=json").With("X-GitHub-Request-Id", $"{call.GitHub.NextId():X}");
    }

    private static Reply? Authenticate(Call call)
    {
        if (call.Headers["X-GitHub-Api-Version"] is [{ } version] && version is not ("2022-11-28" or "2026-03-10"))
        {
            return Reply.Error(400, $"The version {version} of the API is unknown");
        }

        if (call.Headers.Authorization.Count == 0 || call.Token is not null)
        {
            return call.GitHub.IsLockedOut ? FakeGitHub.LockedOut() : null;
        }

        return call.GitHub.FailedLogin();
    }

    /// <summary>ETag, and 304 for one the client has. The same content has another ETag for another token or Accept.</summary>
    private static Reply Conditional(Call call, Reply reply)
    {
        reply.With("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With");
        if (call.Method != "GET" || reply.Status != 200)
        {
            return reply;
        }

        var seed = Encoding.UTF8.GetBytes($"{call.Token?.Value}\n{call.Accept}\n");
        var etag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData([.. seed, .. reply.Body]))}\"";
        var known = call.Headers.IfNoneMatch.ToString().Split(',').Any(one => one.Trim() == etag || one.Trim() == etag[2..]);
        var answer = known ? Reply.Empty(304).With("Vary", reply.Headers["Vary"]) : reply;

        return answer.With("ETag", etag).With("Cache-Control", call.Token is null ? "public, max-age=60, s-maxage=60" : "private, max-age=60, s-maxage=60");
    }

    private static Reply WithRequestId(Call call, Reply reply)
    {
        if (reply.Status < 400 || reply.ContentType != Reply.JsonType || JsonNode.Parse(reply.Body) is not JsonObject error)
        {
            return reply;
        }

        error["request_id"] = $"{call.GitHub.NextId():X}";

        return reply with { Body = Encoding.UTF8.GetBytes(error.ToJsonString()) };
    }
}
