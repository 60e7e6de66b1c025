namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether parts of a file can be fetched: the metadata within a wheel, and the rest of a download that broke off.</summary>
internal sealed class RangeProbe() : FileProbe("ranges")
{
    private static readonly Remedy PassRemedy = new(
        "proxy_set_header Range $http_range; proxy_set_header If-Range $http_if_range;  # and no max_ranges 0, no proxy_cache, no slice",
        "# remove http-request del-header Range, and http-response del-header Accept-Ranges");

    protected override async Task<Finding> CheckAsync(Deployment deployment, SampleFile sample, CancellationToken cancellationToken)
    {
        if (sample.Content.Length < 4)
        {
            return Skipped("needs a file that was downloaded: see download");
        }

        var length = sample.Content.Length;
        var tail = Math.Min(1024, length / 2);
        (string Range, byte[] Expected)[] parts =
        [
            ("bytes=1-2", sample.Content[1..3]),
            ($"bytes=-{tail}", sample.Content[^tail..]),
        ];
        foreach (var (range, expected) in parts)
        {
            var reply = await deployment.GetAsync(sample.Url, cancellationToken, ("Range", range), ("Accept-Encoding", "identity"));
            if (reply.Status != 206)
            {
                return Failed($"range requests do not get through: {range} is answered {reply.Status} with {reply.Body.Length} bytes, not 206. Clients fetch whole wheels to read their metadata, and can't resume downloads", Clients.RangeReaders, PassRemedy);
            }

            if (!reply.Body.AsSpan().SequenceEqual(expected))
            {
                return Failed($"the range {range} of {sample.Filename} comes with wrong bytes", Clients.RangeReaders, PassRemedy);
            }
        }

        var head = await deployment.SendAsync(HttpMethod.Head, sample.Url, isAnonymous: false, content: null, cancellationToken, ("Accept-Encoding", "identity"));

        return head.Status == 200 && head["Accept-Ranges"] == "bytes" && head["Content-Length"] == $"{length}"
            ? Ok("parts of files can be fetched (206)")
            : Failed($"HEAD of {sample.Filename} does not say Accept-Ranges: bytes and the length, by which clients decide to fetch parts: {head.Summary}", Clients.RangeReaders, PassRemedy);
    }
}
