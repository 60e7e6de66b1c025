using System.Net.Http.Headers;
using System.Text;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>The storage of the assets, which knows signed links and nothing of GitHub's tokens.</summary>
internal static class StorageHost
{
    public static Reply Answer(Call call)
    {
        if (call.Headers.Authorization.Count > 0)
        {
            return Error(400, "InvalidArgument", "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified");
        }

        // A link is signed for GET, so HEAD has the wrong signature.
        if (call.Method != "GET" || !call.GitHub.Links.IsGood(call))
        {
            return Error(403, "AccessDenied", "Request has expired");
        }

        var asset = call.GitHub.Repositories.SelectMany(repository => repository.ReleaseList).SelectMany(release => release.Assets)
            .FirstOrDefault(asset => $"{asset.Id}" == call.Segments[^1]);
        if (asset is null)
        {
            return Error(404, "NoSuchKey", "The specified key does not exist.");
        }

        asset.Downloads++;

        return Content(call, asset)
            .With("Accept-Ranges", "bytes")
            .With("ETag", $"\"{asset.Id:x}\"")
            .With("Last-Modified", asset.CreatedAt.ToString("R"))
            .With("Content-Disposition", call.Query["response-content-disposition"].ToString());
    }

    private static Reply Content(Call call, FakeAsset asset)
    {
        var type = call.Query["response-content-type"].ToString();
        if (call.GitHub.StorageIgnoresRanges || !RangeHeaderValue.TryParse(call.Headers.Range.ToString(), out var ranges) || ranges.Ranges.Count != 1)
        {
            return new Reply(200, asset.Content, type);
        }

        var length = asset.Content.LongLength;
        var range = ranges.Ranges.Single();
        var from = range.From ?? Math.Max(0, length - (range.To ?? 0));
        var to = range.From is null ? length - 1 : Math.Min(range.To ?? long.MaxValue, length - 1);
        if (from >= length || to < from)
        {
            return Error(416, "InvalidRange", "The requested range is not satisfiable").With("Content-Range", $"bytes */{length}");
        }

        return new Reply(206, asset.Content[(int)from..(int)(to + 1)], type).With("Content-Range", $"bytes {from}-{to}/{length}");
    }

    private static Reply Error(int status, string code, string message) => new(
        status,
        Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"),
        "application/xml");
}
